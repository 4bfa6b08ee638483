// An HTTP/1.1 client that sends the bytes it is given and reads as many answers as were asked for.

import { connect } from 'node:net';

const WITHIN_MS = 30_000;

/**
 * Sends `bytes` and reads answers until there are as many as `methods`, the methods asked with, or
 * the connection is closed. Each answer is its status and its body; 1xx are left out.
 */
export function exchange(port, bytes, methods) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const answers = closed => parse(received, methods, closed);
    const end = () => {
      clearTimeout(patience);
      socket.destroy();
      resolve(answers(true));
    };
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end after ${WITHIN_MS} ms: ${received.toString('latin1')}`));
    }, WITHIN_MS);
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      if (answers(false).length === methods.length) {
        end();
      }
    });
    socket.on('close', end);
    socket.on('error', () => {}); // a reset after the answer; `close` follows
    socket.write(bytes);
  });
}

/** The answers that are whole. */
function parse(all, methods, closed) {
  const answers = [];
  let rest = all;
  while (answers.length < methods.length) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) {
      break;
    }
    const head = rest.subarray(0, end).toString('latin1');
    const status = Number(head.match(/^HTTP\/1\.[01] (\d{3})/)[1]);
    rest = rest.subarray(end + 4);
    if (status < 200) {
      continue;
    }
    const body = [204, 304].includes(status) || methods[answers.length] === 'HEAD'
      ? { text: '', length: 0 } : bodyOf(head, rest, closed);
    if (body === undefined) {
      break;
    }
    answers.push({ status, head, body: body.text });
    rest = rest.subarray(body.length);
  }
  return answers;
}

/** The body in `rest` and how many bytes it takes there, or undefined while there is more to come. */
function bodyOf(head, rest, closed) {
  const size = head.match(/^content-length: (\d+)\r?$/im);
  if (size) {
    const length = Number(size[1]);
    return rest.length < length ? undefined : { text: rest.subarray(0, length).toString(), length };
  }
  if (/^transfer-encoding: chunked\r?$/im.test(head)) {
    return chunks(rest);
  }
  return closed ? { text: rest.toString(), length: rest.length } : undefined;
}

function chunks(rest) {
  const parts = [];
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) {
      return undefined;
    }
    const size = parseInt(rest.subarray(at, line).toString('latin1'), 16);
    const end = line + 2 + size + 2;
    if (end > rest.length) {
      return undefined;
    }
    if (size === 0) {
      return { text: Buffer.concat(parts).toString(), length: end };
    }
    parts.push(rest.subarray(line + 2, end - 2));
    at = end;
  }
}
