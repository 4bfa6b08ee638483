// The whole story in a real browser: sign in, list, create, be refused and read why.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launch } from './chromium.js';
import { startDemo, until } from './running-demo.js';

const WITHIN_MS = 15_000;

describe('the demo in a browser', () => {
  let demo;
  let browser;
  let context;
  let page;
  let complaints;

  before(async () => {
    demo = await startDemo();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
    page = await context.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    complaints = [];
    page.on('pageerror', error => complaints.push(error.message));
    page.on('console', message => {
      // A refused call is logged as "Failed to load resource" and is what some tests are about.
      if (message.type() === 'error' && !/status of 40[13]/.test(message.text())) {
        complaints.push(message.text());
      }
    });
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(complaints, [], 'the browser has nothing to complain of');
  });

  async function signIn(person, app = demo.app) {
    await page.goto(app);
    await page.click('#sign-in');
    await page.click(`button[value=${person}]`);
    await page.waitForSelector('#appointments li');
  }

  const titles = () => page.locator('#appointments .what strong').allTextContents();
  const fact = (list, name) => page.locator(`${list} [data-fact="${name}"] dd`).textContent();

  async function send(tokenKind) {
    await page.click(`[data-token=${tokenKind}]`);
    await page.waitForSelector('#message.refused');
  }

  async function create(title) {
    await page.fill('[name=title]', title);
    await page.fill('[name=startsAt]', '2030-05-17T09:45');
    await page.fill('[name=minutes]', '25');
    await page.click('#new button[type=submit]');
    await page.waitForSelector('#message:not([hidden])');
  }

  test('says that it is for development only and prints three curl lines', () => {
    assert.match(demo.output(), /development only/);
    assert.equal(demo.output().match(/^ +curl -i /gm).length, 3);
  });

  test('signs in and lists appointments and contacts', async () => {
    await signIn('alice');
    assert.equal(page.url(), demo.app, 'the tokens are gone from the address bar');
    assert.equal(await page.textContent('#account-name'), 'Alice Ferreira');
    assert.deepEqual(await titles(), ['Dentist', 'Lunch with Ines', 'Boiler service']);
    await page.waitForSelector('#contacts strong');
    assert.deepEqual(await page.locator('#contacts strong').allTextContents(),
      ['Ines Moreau', 'Noor Haddad', 'Tomas Lindqvist']);
    assert.equal(await page.isHidden('#message'), true);
  });

  test('the sign-in link is the documented one', async () => {
    await page.goto(demo.app);
    const link = new URL(await page.getAttribute('#sign-in', 'href'));
    assert.equal(link.origin + link.pathname, demo.authorizationServer + 'authorize');
    assert.equal(link.searchParams.get('response_type'), 'id_token token');
    assert.equal(link.searchParams.get('audience'), 'appointments:api');
    assert.equal(link.searchParams.get('redirect_uri'), demo.app + 'callback');
    assert.equal(link.searchParams.get('state').length, 32);
    assert.equal(link.searchParams.get('nonce').length, 32);
    const state = link.searchParams.get('state');
    await page.reload();
    const again = new URL(await page.getAttribute('#sign-in', 'href'));
    assert.notEqual(again.searchParams.get('state'), state, 'fresh each time');
  });

  test('signs in from 127.0.0.1 as well', async () => {
    await signIn('alice', demo.appByAddress);
    assert.equal(page.url(), demo.appByAddress);
    assert.ok((await titles()).includes('Dentist'));
  });

  test('stays signed in over a reload, and is signed out by the button', async () => {
    await signIn('alice');
    await page.reload();
    await page.waitForSelector('#appointments .what');
    await page.click('#sign-out');
    await page.waitForSelector('#sign-in');
    assert.equal(await page.evaluate(() => sessionStorage.getItem('session')), null);
  });

  test('creates an appointment and cancels it', async () => {
    await signIn('alice');
    await page.waitForSelector('#contacts strong');
    await page.selectOption('[name=contactId]', { label: 'Noor Haddad' });
    const title = 'Tea & <b>cake</b>';
    await create(title);
    assert.equal(await page.textContent('#message-title'), 'Created');
    assert.ok((await titles()).includes(title), 'markup is shown as text');
    const row = page.locator('#appointments li', { hasText: title });
    assert.match(await row.textContent(), /17.*09:45, 25 minutes · with Noor Haddad/);
    await row.getByRole('button').click();
    await page.getByText('is off your calendar').waitFor();
    assert.equal((await titles()).includes(title), false);
  });

  test('refuses the read-only user and says which permission is missing', async () => {
    await signIn('bob');
    assert.deepEqual(await titles(), ['Piano lesson', 'Eye test']);
    await create('Not allowed');
    assert.equal(await page.textContent('#message-title'), 'The gateway does not allow this');
    assert.equal(await fact('#message-facts', 'status'), '403');
    assert.equal(await fact('#message-facts', 'reason'), 'insufficient_scope');
    assert.equal(await fact('#message-facts', 'needs'), 'write:appointments');
    assert.match(await fact('#exchange', 'challenge'), /error="insufficient_scope"/);
    await page.click('#appointments button');
    await until(WITHIN_MS, async () => /^DELETE/.test(await fact('#exchange', 'request')));
    assert.equal(await fact('#exchange', 'reason'), 'insufficient_scope');
    await page.click('#reload');
    await page.waitForSelector('#appointments .what');
    assert.deepEqual(await titles(), ['Piano lesson', 'Eye test']);
  });

  test('refuses a token that was tampered with', async () => {
    await signIn('alice');
    await send('tampered');
    assert.equal(await page.textContent('#message-title'), 'The gateway does not accept this token');
    assert.equal(await fact('#message-facts', 'status'), '401');
    assert.equal(await fact('#message-facts', 'reason'), 'bad_signature');
    assert.match(await fact('#exchange', 'challenge'), /^Bearer .*error="invalid_token"/);
    assert.deepEqual(await titles(), []);
  });

  test('refuses an expired token', async () => {
    await signIn('alice');
    await send('expired');
    assert.equal(await fact('#message-facts', 'status'), '401');
    assert.equal(await fact('#message-facts', 'reason'), 'expired');
    assert.match(await page.textContent('#message-text'), /has expired/);
  });

  test('refuses a call without a token, and takes the good one again', async () => {
    await signIn('alice');
    await send('none');
    assert.equal(await fact('#message-facts', 'reason'), 'no_token');
    assert.doesNotMatch(await fact('#exchange', 'challenge'), /error=/);
    await page.click('[data-token=own]');
    await page.waitForSelector('#appointments .what');
    assert.ok((await titles()).includes('Dentist'));
  });

  test('signs in with a new key after the signing key was rotated', async () => {
    const rotated = await fetch(demo.authorizationServer + 'dev/rotate', {
      method: 'POST', headers: { Origin: demo.authorizationServer.slice(0, -1) },
    });
    assert.equal(rotated.status, 200);
    await signIn('alice');
    assert.ok((await titles()).includes('Dentist'));
  });

  test('takes no answer that it did not ask for', async () => {
    await page.goto(demo.app + 'callback#access_token=a.b.c&token_type=Bearer&state=forged');
    await page.waitForSelector('#message.refused');
    assert.match(await page.textContent('#message-text'), /state differs/);
    assert.equal(page.url(), demo.app);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('session')), null);
  });

  test('takes no ID token with another nonce', async () => {
    await page.goto(demo.app);
    await page.waitForSelector('#sign-in');
    await page.evaluate(() => {
      const pending = JSON.parse(sessionStorage.getItem('pending'));
      sessionStorage.setItem('pending', JSON.stringify({ ...pending, nonce: 'another' }));
    });
    await page.click('#sign-in');
    await page.click('button[value=alice]');
    await page.waitForSelector('#message.refused');
    assert.match(await page.textContent('#message-text'), /not to be trusted: nonce/);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('session')), null);
  });

  test('comes back with the error when nobody signs in', async () => {
    await page.goto(demo.app);
    await page.click('#sign-in');
    await page.click('button[value=cancel]');
    await page.waitForSelector('#message.refused');
    assert.match(await page.textContent('#message-text'), /access_denied/);
    assert.equal(page.url(), demo.app);
  });
});

test('Ctrl-C stops all of it', async () => {
  const demo = await startDemo();
  await demo.stop();
  for (const port of demo.ports) {
    await until(WITHIN_MS, () => refuses(port));
  }
});

function refuses(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(false); });
    socket.on('error', () => resolve(true));
  });
}
