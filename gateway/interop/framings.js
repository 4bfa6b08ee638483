// Requests down to the byte that readers of HTTP are known to disagree about. `HOST` stands for the name
// of the origin's route, `UPPER` for the same in upper case. Each says how it is answered and, line by line, what reaches an origin:
// method, target and body.

const OK = 200;
const hex = count => count.toString(16);

/** A request with a Host and the lines given; `body` goes behind the head as it is. */
const ask = (line, fields = [], body = '') =>
  [`${line} HTTP/1.1`, 'Host: HOST', ...fields, '', body].join('\r\n');

const get = (target, ...fields) => ask(`GET ${target}`, fields);
const post = (fields, body) => ask('POST /post', fields, body);
const chunked = body => post(['Transfer-Encoding: chunked'], body);
const passes = (bytes, ...understood) => ({ bytes, statuses: understood.map(() => OK), understood });
const refused = (status, bytes) => ({ bytes, statuses: [status], understood: [] });


/** `request`, which some origins take otherwise: by name, why. */
const otherwise = (reasons, request) => ({ ...request, otherwise: reasons });

/** What must never be read as a request of its own. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: evil.example\r\n\r\n';

const fields = {
  'no field but Host': passes(get('/'), 'GET /'),
  'spaces and tabs around a value': passes(get('/f', 'X-A: \t one \t', 'X-B:two'), 'GET /f'),
  'spaces and a tab within a value': passes(get('/f', 'X-A: one  two\tthree'), 'GET /f'),
  'a value of many signs': passes(
    get('/f', String.raw`X-A: "a, b"; c=d\e, {f} [g] <h> | ^ ~ ' % & # @ !`), 'GET /f'),
  'an empty value': passes(get('/f', 'X-A:', 'X-B: b'), 'GET /f'),
  'a value of 6000 bytes': passes(get('/f', `X-A: ${'v'.repeat(6000)}`), 'GET /f'),
  'a name of every sign that names may have': otherwise(
    { nginx: 'takes letters, digits and hyphens only, and leaves such a field out' },
    passes(get('/f', "X!#$%&'*+-.^`|~0Z: a"), 'GET /f')),
  'a field of the same name twice, another between': passes(
    get('/f', 'X-A: 1', 'X-B: 2', 'x-a: 3', 'X-A: 4, 5'), 'GET /f'),
  'two Cookie lines': passes(get('/f', 'Cookie: a=1', 'Cookie: b=2'), 'GET /f'),
  'forged forwarding fields': passes(
    get('/f', 'X-Forwarded-For: 6.6.6.6', 'Forwarded: for=6.6.6.6', 'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https', 'X-Real-IP: 6.6.6.6'), 'GET /f'),
  'a method and URL override': passes(
    get('/f', 'X-HTTP-Method-Override: DELETE', 'X-Original-URL: /admin', 'X-Rewrite-URL: /admin'),
    'GET /f'),
  'Connection names a field, which goes': passes(
    get('/f', 'Connection: X-Gone, keep-alive', 'X-Gone: 1', 'X-Stays: 1'), 'GET /f'),
  'Connection with empty members': passes(
    get('/f', 'Connection: , X-Gone ,,', 'X-Gone: 1'), 'GET /f'),
  'two Connection lines': passes(
    get('/f', 'Connection: X-Gone', 'Connection: X-Too', 'X-Gone: 1', 'X-Too: 1'), 'GET /f'),
  'fields of the connection': passes(
    get('/f', 'Keep-Alive: timeout=5', 'Proxy-Connection: close', 'TE: trailers',
      'Connection: TE, Keep-Alive'), 'GET /f'),
  'an upgrade to h2c': passes(
    get('/f', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    'GET /f'),
  'Connection names Host': refused(400, get('/f', 'Connection: Host')),
  'Connection names Content-Length': refused(400, post(
    ['Connection: Content-Length', `Content-Length: ${smuggled.length}`], smuggled)),
  'an underscore in a name': refused(400, get('/f', 'X_Forwarded_For: 6.6.6.6')),
  'a space before the colon': refused(400, get('/f', 'X-A : 1')),
  'a tab before the colon': refused(400, get('/f', 'X-A\t: 1')),
  'a folded value': refused(400, get('/f', 'X-A: 1', ' X-B: 2')),
  'a space before the first field': refused(400, `GET /f HTTP/1.1\r\n Host: HOST\r\n\r\n`),
  'no name': refused(400, get('/f', ': 1')),
  'no colon': refused(400, get('/f', 'X-A')),
  'NUL in a value': refused(400, get('/f', 'X-A: a\0b')),
  'a bare CR in a value': refused(400, get('/f', 'X-A: a\rX-B: b')),
  'a bare LF in a value': refused(400, get('/f', 'X-A: a\nX-B: b')),
  'bare LF all over': refused(400, get('/f').replaceAll('\r\n', '\n')),
};

const lines = {
  'an empty line before the request': passes(`\r\n${get('/l')}`, 'GET /l'),
  'no Host': refused(400, 'GET /l HTTP/1.1\r\nX-A: 1\r\n\r\n'),
  'two Hosts': refused(400, get('/l', 'Host: evil.example')),
  'the same Host twice': refused(400, get('/l', 'Host: HOST')),
  'Host with a port': passes(get('/l').replace('HOST', 'HOST:8080'), 'GET /l'),
  'Host in upper case, name and value': passes(get('/l').replace('Host: HOST', 'hOST: UPPER'), 'GET /l'),
  'Host with user information': refused(400, get('/l').replace('HOST', 'user@HOST')),
  'Host with a path': refused(400, get('/l').replace('HOST', 'HOST/x')),
  'Host with a list': refused(400, get('/l').replace('HOST', 'HOST, evil.example')),
  'absolute form': passes(get('http://HOST/l?a=b'), 'GET /l?a=b'),
  'absolute form without a path': passes(get('http://HOST'), 'GET /'),
  'absolute form with a query and no path': passes(get('http://HOST?a=b'), 'GET /?a=b'),
  'absolute form beside another Host': passes(
    get('http://HOST/l').replace('Host: HOST', 'Host: evil.example'), 'GET /l'),
  'absolute form with user information': refused(400, get('http://user@HOST/l')),
  'authority form': refused(400, get('HOST:80')),
  'two spaces in the line': refused(400, get(' /l')),
  'a tab in the line': refused(400, get('/l').replace('GET ', 'GET\t')),
  'a space in the target': refused(400, get('/l l')),
  'a name without version': refused(400, 'GET /l\r\n\r\n'),
  'version in lower case': refused(400, get('/l').replace('HTTP/', 'http/')),
  'HTTP/1.2': refused(505, get('/l').replace('1.1', '1.2')),
  'HTTP/2.0': refused(505, get('/l').replace('1.1', '2.0')),
  'HTTP/1.0': passes(get('/l').replace('1.1', '1.0'), 'GET /l'),
  'HTTP/1.0, kept alive, twice': passes(
    get('/l', 'Connection: keep-alive').replace('1.1', '1.0').repeat(2), 'GET /l', 'GET /l'),
  'HTTP/1.0 with a body': passes(
    post(['Content-Length: 4'], 'body').replace('1.1', '1.0'), 'POST /post body'),
  'HTTP/1.0 with Transfer-Encoding': refused(400, chunked('0\r\n\r\n').replace('1.1', '1.0')),
  'PATCH': passes(ask('PATCH /l', ['Content-Length: 1'], 'x'), 'PATCH /l x'),
  'PROPFIND': passes(ask('PROPFIND /l'), 'PROPFIND /l'),
  'a method of another standard': passes(ask('M-SEARCH /l'), 'M-SEARCH /l'),
  'a method with a sign that none has': refused(400, ask('G@T /l')),
  'TRACE': refused(405, ask('TRACE /l')),
  'CONNECT': refused(405, 'CONNECT HOST:443 HTTP/1.1\r\nHost: HOST:443\r\n\r\n'),
};

const paths = {
  'percent-encoded characters': passes(
    get('/p/a%20b/%C3%BC/%22%3C%3E'), 'GET /p/a%20b/%C3%BC/%22%3C%3E'),
  'signs that paths may have': passes(get("/p/-._~!$&'()*+,=:@"), "GET /p/-._~!$&'()*+,=:@"),
  'encoded signs that would end a path': passes(get('/p/a%3Fb%23c'), 'GET /p/a%3Fb%23c'),
  'an encoded percent': otherwise(
    { jetty: 'refuses it with 400' }, passes(get('/p/100%25'), 'GET /p/100%25')),
  'an encoded percent before 2F': otherwise(
    { jetty: 'refuses it with 400' }, passes(get('/p/a%252Fb'), 'GET /p/a%252Fb')),
  'encoded letters': passes(get('/%70/%7Euser'), 'GET /p/~user'),
  'lower-case hexadecimal': passes(get('/p/%c3%bc'), 'GET /p/%C3%BC'),
  'three dots': passes(get('/p/.../a..b/..c'), 'GET /p/.../a..b/..c'),
  'a slash at the end': passes(get('/p/'), 'GET /p/'),
  'a query of signs': passes(
    get("/p?a=b?c/d&e=%2F..%2f;f=:@!$'()*+,"), "GET /p?a=b?c/d&e=%2F..%2f;f=:@!$'()*+,"),
  'a query that looks like a path': passes(get('/p?/../admin//x;y'), 'GET /p?/../admin//x;y'),
  'an empty query': passes(get('/p?'), 'GET /p?'),
  'a dot segment': refused(400, get('/p/./a')),
  'two dots': refused(400, get('/p/../a')),
  'two dots at the end': refused(400, get('/p/..')),
  'encoded dots': refused(400, get('/p/%2e%2E/a')),
  'dots before a parameter': refused(400, get('/p/..;/a')),
  'an empty segment': refused(400, get('/p//a')),
  'two slashes first': refused(400, get('//p/a')),
  'a path parameter': refused(400, get('/p;a=b/c')),
  'an encoded semicolon': refused(400, get('/p/a%3Bb')),
  'an encoded slash': refused(400, get('/p/a%2Fb')),
  'a backslash': refused(400, get('/p\\a')),
  'an encoded backslash': refused(400, get('/p/a%5Cb')),
  'an encoded NUL': refused(400, get('/p/a%00')),
  'an encoded line end': refused(400, get('/p/a%0D%0AX-A:b')),
  'overlong UTF-8': refused(400, get('/p/%C0%AE%C0%AE/a')),
  'broken UTF-8': refused(400, get('/p/%FF')),
  'half an encoding': refused(400, get('/p/%4')),
  'no hexadecimal': refused(400, get('/p/%zz')),
  'raw UTF-8': refused(400, get('/p/\u00fc')),
  'a fragment': refused(400, get('/p#a')),
  'a fragment in the query': refused(400, get('/p?a#b')),
};

const bodies = {
  'a body with a length': passes(post(['Content-Length: 5'], 'hello'), 'POST /post hello'),
  'a length with spaces around it': passes(post(['Content-Length: \t5 '], 'hello'), 'POST /post hello'),
  'a length of nothing': passes(post(['Content-Length: 0'], ''), 'POST /post'),
  'POST without length': passes(ask('POST /post'), 'POST /post'),
  'GET with a body': passes(ask('GET /b', ['Content-Length: 5'], 'hello'), 'GET /b hello'),
  'DELETE with chunks': passes(
    ask('DELETE /b', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'), 'DELETE /b hello'),
  'a body of 100 000 bytes': passes(
    post(['Content-Length: 100000'], 'x'.repeat(100_000)), `POST /post ${'x'.repeat(100_000)}`),
  'a body that looks like a request': passes(
    post([`Content-Length: ${smuggled.length}`], smuggled), `POST /post ${smuggled}`),
  'chunks': passes(chunked('5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n'), 'POST /post hello!'),
  'chunks that look like a request': passes(
    chunked(`${hex(smuggled.length)}\r\n${smuggled}\r\n0\r\n\r\n`), `POST /post ${smuggled}`),
  'no chunks but the last': passes(chunked('0\r\n\r\n'), 'POST /post'),
  'sizes in upper case, with zeros before': passes(
    chunked('00A\r\nhellohello\r\n000\r\n\r\n'), 'POST /post hellohello'),
  'Chunked in other case': passes(
    post(['Transfer-Encoding: CHUNKED'], '5\r\nhello\r\n0\r\n\r\n'), 'POST /post hello'),
  'chunk extensions': passes(
    chunked('5;a=b;c="d;e"\r\nhello\r\n0;last\r\n\r\n'), 'POST /post hello'),
  'trailers': {
    ...passes(chunked('5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-Sum: 43\r\n\r\n'), 'POST /post hello'),
    trailers: ['X-Sum', '42', 'X-Sum', '43'],
  },
  'trailers that would be fields': {
    ...passes(chunked('5\r\nhello\r\n0\r\n' + [
      'Host: evil.example', 'Content-Length: 9', 'Authorization: Basic YTpi', '\r\n',
    ].join('\r\n')), 'POST /post hello'),
    trailers: [],
  },
  'Expect: 100-continue': passes(
    post(['Expect: 100-continue', 'Content-Length: 5'], 'hello'), 'POST /post hello'),
  'an unknown expectation': refused(417, post(['Expect: 200-ok', 'Content-Length: 5'], 'hello')),
  'length and chunks': refused(400, post(
    ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`)),
  'chunks and length': refused(400, post(
    ['Transfer-Encoding: chunked', 'Content-Length: 5'], `0\r\n\r\n${smuggled}`)),
  'chunked twice': refused(400, post(['Transfer-Encoding: chunked, chunked'], `0\r\n\r\n${smuggled}`)),
  'two lines of chunked': refused(400, post(
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`)),
  'chunked, then something else': refused(501, post(
    ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`)),
  'gzip, chunked': refused(501, post(['Transfer-Encoding: gzip, chunked'], `0\r\n\r\n${smuggled}`)),
  'xchunked': refused(501, post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`)),
  'chunked behind a vertical tab': refused(400, post(
    ['Transfer-Encoding:\u000bchunked'], `0\r\n\r\n${smuggled}`)),
  'chunked in quotes': refused(400, post(['Transfer-Encoding: "chunked"'], `0\r\n\r\n${smuggled}`)),
  'a space before the colon of Transfer-Encoding': refused(400, post(
    ['Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`)),
  'an empty Transfer-Encoding': refused(400, post(
    ['Transfer-Encoding:', 'Content-Length: 0'], smuggled)),
  'two lengths': refused(400, post(['Content-Length: 5', 'Content-Length: 6'], 'hello!')),
  'the same length twice': refused(400, post(['Content-Length: 5', 'Content-Length: 5'], 'hello')),
  'a list of lengths': refused(400, post(['Content-Length: 5, 5'], 'hello')),
  'a length with a sign': refused(400, post(['Content-Length: +5'], 'hello')),
  'a length below nothing': refused(400, post(['Content-Length: -1'], smuggled)),
  'a length in hexadecimal': refused(400, post(['Content-Length: 0x5'], 'hello')),
  'an empty length': refused(400, post(['Content-Length:'], smuggled)),
  'a length beyond 64 bits': refused(400, post(['Content-Length: 18446744073709551621'], 'hello')),
  'a length of two words': refused(400, post(['Content-Length: 5 5'], 'hello')),
  'a chunk size with a sign': refused(400, chunked('+5\r\nhello\r\n0\r\n\r\n')),
  'a chunk size with 0x': refused(400, chunked('0x5\r\nhello\r\n0\r\n\r\n')),
  'a chunk size beyond 64 bits': refused(400, chunked('10000000000000005\r\nhello\r\n0\r\n\r\n')),
  'a space before a chunk size': refused(400, chunked(' 5\r\nhello\r\n0\r\n\r\n')),
  'a chunk longer than said': refused(400, chunked('4\r\nhello\r\n0\r\n\r\n')),
  'a chunk that ends in LF': refused(400, chunked('5\r\nhello\n0\r\n\r\n')),
  'a chunk size that ends in LF': refused(400, chunked('5\nhello\r\n0\r\n\r\n')),
  'a bare LF in a chunk extension': refused(400, chunked('5;a\nhello\r\n0\r\n\r\n')),
};

const series = {
  'three requests at once': passes(
    get('/s/1') + get('/s/2') + get('/s/3'), 'GET /s/1', 'GET /s/2', 'GET /s/3'),
  'a body, then a request': passes(
    post(['Content-Length: 5'], 'hello') + get('/s/2'), 'POST /post hello', 'GET /s/2'),
  'chunks with a trailer, then a request': passes(
    chunked('5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n') + get('/s/2'), 'POST /post hello', 'GET /s/2'),
  'HEAD, then a request': passes(ask('HEAD /s/1') + get('/s/2'), 'HEAD /s/1', 'GET /s/2'),
  '204, then a request': {
    ...passes(get('/s/204') + get('/s/2'), 'GET /s/204', 'GET /s/2'), statuses: [204, OK],
  },
  '304, then a request': {
    ...passes(get('/s/304') + get('/s/2'), 'GET /s/304', 'GET /s/2'), statuses: [304, OK],
  },
  'Connection: close, and nothing more is read': {
    ...passes(get('/s/1', 'Connection: close') + get('/smuggled'), 'GET /s/1'),
  },
  'a good one, then length and chunks': {
    bytes: get('/s/1') + bodies['length and chunks'].bytes, statuses: [OK, 400],
    understood: ['GET /s/1'],
  },
  'an ambiguous path, and nothing more is read': {
    bytes: get('/s/%2e%2e') + get('/s/2'), statuses: [400], understood: [],
  },
  'a host without route, then a good one': {
    bytes: get('/s/1').replace('HOST', 'evil.example') + get('/s/2'), statuses: [404, OK],
    understood: ['GET /s/2'],
  },
};

export const framings = { fields, lines, paths, bodies, series };
