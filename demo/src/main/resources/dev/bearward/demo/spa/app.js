// The app: signs in, lists, creates, cancels, and shows what the gateway answers.

import { settings } from '/config.js';
import * as session from '/session.js';
import { call, expiredToken } from '/gateway.js';
import * as view from '/view.js';

let current = null;
let token = null;

start();

async function start() {
  document.getElementById('sign-out').addEventListener('click', signOut);
  document.getElementById('reload').addEventListener('click', () => { view.hideMessage(); load(); });
  document.getElementById('new').addEventListener('submit', create);
  for (const button of document.querySelectorAll('[data-token]')) {
    button.addEventListener('click', () => choose(button.dataset.token));
  }
  let error;
  if (location.pathname === '/callback') {
    const fragment = location.hash;
    history.replaceState(null, '', '/'); // the token leaves the address bar and the history at once
    ({ error } = await session.receive(settings, fragment));
  }
  current = session.currentSession();
  if (!current) {
    view.showWelcome(session.signInLink(settings));
    if (error) {
      view.showProblem('You are not signed in', error);
    }
    return;
  }
  view.showWorkspace(current);
  await choose('own');
}

function signOut() {
  session.forgetSession();
  location.assign('/');
}

/** Decides which token is sent from now on, and asks again with it. */
async function choose(choice) {
  view.hideMessage();
  const own = current.accessToken;
  switch (choice) {
    case 'tampered': token = session.tamperedWith(own); break;
    case 'expired': token = await expiredToken(settings.issuer, current.subject, current.scope); break;
    case 'none': token = null; break;
    default: token = own;
  }
  view.showToken(token && session.claimsOf(token), choice);
  await load();
}

async function load() {
  const appointments = await ask('GET', '/api/appointments');
  if (appointments) {
    view.showAppointments(appointments.appointments, cancel);
    const contacts = await ask('GET', '/api/contacts');
    if (contacts) {
      view.showContacts(contacts.contacts);
      return;
    }
  } else {
    view.showNothing('appointments');
  }
  view.showNothing('contacts');
}

async function create(event) {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  const created = await ask('POST', '/api/appointments', {
    title: fields.title,
    startsAt: new Date(fields.startsAt).toISOString(),
    minutes: Number(fields.minutes),
    notes: fields.notes,
    ...(fields.contactId && { contactId: Number(fields.contactId) }),
  });
  if (created) {
    form.elements.title.value = '';
    form.elements.notes.value = '';
    await load();
    view.showDone('Created', `${created.title} is in your calendar.`);
  }
}

async function cancel(appointment) {
  if (await ask('DELETE', `/api/appointments/${appointment.id}`)) {
    await load();
    view.showDone('Cancelled', `${appointment.title} is off your calendar.`);
  }
}

/** The answer's data, or null after the refusal was shown. */
async function ask(method, path, body) {
  const answer = await call(settings.gateway, token, method, path, body);
  view.showExchange(answer);
  if (answer.status >= 200 && answer.status < 300) {
    return answer.data ?? {};
  }
  view.showRefusal(answer);
  return null;
}
