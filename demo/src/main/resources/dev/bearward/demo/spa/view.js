// Everything that touches the page. Text only ever goes in as text.

const byId = id => document.getElementById(id);

function element(name, { text, className, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  if (className) {
    made.className = className;
  }
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function showWelcome(signInLink) {
  byId('sign-in').href = signInLink;
  byId('welcome').hidden = false;
  byId('workspace').hidden = true;
  byId('account').hidden = true;
}

export function showWorkspace(session) {
  byId('account-name').textContent = session.name;
  byId('welcome').hidden = true;
  byId('workspace').hidden = false;
  byId('account').hidden = false;
  byId('new').elements.startsAt.value ||= tomorrowAtTen();
}

export function showAppointments(appointments, cancel) {
  byId('appointments').replaceChildren(...appointments.length
    ? appointments.map(each => appointmentRow(each, cancel))
    : [element('li', { text: 'Nothing is planned.', className: 'empty' })]);
}

export function showContacts(contacts) {
  byId('contacts').replaceChildren(...contacts.length
    ? contacts.map(each => element('li', {},
        element('strong', { text: each.name }),
        element('span', { text: `${each.email} · ${each.phone}` })))
    : [element('li', { text: 'Nobody yet.', className: 'empty' })]);
  const select = byId('new').elements.contactId;
  select.replaceChildren(select.options[0], ...contacts.map(each =>
    element('option', { text: each.name, value: each.id })));
}

/** Empties a list whose call was refused, so that nothing old is taken for an answer. */
export function showNothing(listId) {
  byId(listId).replaceChildren(element('li', { text: 'The gateway let nothing through.', className: 'empty' }));
}

function appointmentRow(appointment, cancel) {
  const start = new Date(appointment.startsAt);
  const time = start.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  const company = appointment.contact ? ` · with ${appointment.contact.name}` : '';
  const button = element('button', {
    text: 'Cancel', className: 'quiet', type: 'button', 'aria-label': `Cancel ${appointment.title}`,
  });
  button.addEventListener('click', () => cancel(appointment));
  return element('li', { 'data-id': appointment.id },
    element('div', { className: 'day' },
      element('span', { text: start.toLocaleDateString(undefined, { weekday: 'short' }) }),
      element('strong', { text: start.getDate() }),
      element('span', { text: start.toLocaleDateString(undefined, { month: 'short' }) })),
    element('div', { className: 'what' },
      element('strong', { text: appointment.title }),
      element('span', { text: `${time}, ${appointment.minutes} minutes${company}` }),
      ...(appointment.notes ? [element('span', { text: appointment.notes })] : [])),
    button);
}

export function showToken(claims, choice) {
  showFacts('token-facts', claims ? {
    subject: claims.sub,
    audience: [claims.aud].flat().join(', '),
    scope: claims.scope,
    expires: new Date(claims.exp * 1000).toLocaleString(),
  } : { token: 'none is sent' });
  for (const button of document.querySelectorAll('[data-token]')) {
    button.setAttribute('aria-pressed', String(button.dataset.token === choice));
  }
}

export function showExchange(answer) {
  showFacts('exchange', {
    request: answer.request,
    status: answer.status || 'no answer',
    reason: answer.reason,
    challenge: answer.challenge,
  });
}

export function showDone(title, text) {
  showMessage('done', title, text, {});
}

/** What the gateway (or the API behind it) said no to, and why, in words and as its own code. */
export function showRefusal(answer) {
  const titles = {
    0: 'The gateway cannot be reached',
    401: 'The gateway does not accept this token',
    403: 'The gateway does not allow this',
  };
  showMessage('refused', titles[answer.status] ?? `That did not work: ${answer.title}`, answer.detail, {
    status: answer.status || undefined,
    reason: answer.reason,
    needs: /scope="([^"]*)"/.exec(answer.challenge ?? '')?.[1],
    'request id': answer.requestId,
  });
}

export function showProblem(title, text) {
  showMessage('refused', title, text, {});
}

export function hideMessage() {
  byId('message').hidden = true;
}

function showMessage(kind, title, text, facts) {
  byId('message').className = `message ${kind}`;
  byId('message-title').textContent = title;
  byId('message-text').textContent = text;
  showFacts('message-facts', facts);
  byId('message').hidden = false;
  byId('message').scrollIntoView({ block: 'nearest' });
}

function showFacts(listId, facts) {
  byId(listId).replaceChildren(...Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => element('div', { 'data-fact': name },
      element('dt', { text: name }), element('dd', { text: value }))));
}

function tomorrowAtTen() {
  const day = new Date(Date.now() + 24 * 3600 * 1000);
  const pad = number => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}T10:00`;
}
