// WebSockets and event streams in a real browser, from another origin, through the gateway: messages
// come as they are sent, and a script can read why it was refused.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { FLAGS, launch } from './chromium.js';
import { listen, startGateway } from './running-gateway.js';
import { until } from './running-demo.js';

const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'live:api';
const WITHIN_MS = 15_000;
