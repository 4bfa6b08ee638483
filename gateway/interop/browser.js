// As much of a browser as a sign-in needs: cookies, redirects and the forms of a page.

const MOST_STEPS = 12;

/**
 * Opens `authorization`, fills in each form that comes with what `fields` has for it, and returns
 * the URL at `callback` to which the authorization server sends the browser in the end.
 */
export async function signIn(authorization, callback, fields) {
  const cookies = new Map();
  let url = new URL(authorization);
  let form;
  for (let step = 0; step < MOST_STEPS; step++) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form,
      redirect: 'manual',
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    remember(cookies, response.headers.getSetCookie());
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const next = new URL(response.headers.get('location'), url);
      if (next.href.startsWith(callback)) {
        return next;
      }
      [url, form] = [next, undefined];
    } else {
      const page = await response.text();
      if (response.status !== 200) {
        throw new Error(`${url.pathname}: ${response.status}: ${page.slice(0, 2000)}`);
      }
      [url, form] = [new URL(action(page), url), filled(page, fields)];
    }
  }
  throw new Error(`no redirect to ${callback} within ${MOST_STEPS} steps`);
}

function remember(cookies, lines) {
  for (const line of lines) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    const expires = line.match(/expires=([^;]+)/i)?.[1];
    if (value === '' || /max-age=0/i.test(line) || (expires && Date.parse(expires) < Date.now())) {
      cookies.delete(name);
    } else {
      cookies.set(name, value);
    }
  }
}

function action(page) {
  const found = page.match(/<form[^>]*\saction="([^"]+)"/);
  if (!found) {
    throw new Error(`a page without a form: ${page.slice(0, 2000)}`);
  }
  return plain(found[1]);
}

function filled(page, fields) {
  const form = new URLSearchParams();
  for (const [input] of page.matchAll(/<input\b[^>]*>/g)) {
    const name = input.match(/\sname="([^"]*)"/)?.[1];
    const value = input.match(/\svalue="([^"]*)"/)?.[1];
    if (name) {
      form.set(name, fields[name] ?? plain(value ?? ''));
    }
  }
  return form;
}

function plain(text) {
  return text.replaceAll('&#x2F;', '/').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
