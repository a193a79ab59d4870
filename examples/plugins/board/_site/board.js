// The page of the plugin "board": the jobs of the node that serves it, asked again whenever something has happened.
const KEY = 'gaffer-key';
const MOST_EVENTS = 20;
const element = (id) => document.getElementById(id);

let key = sessionStorage.getItem(KEY) ?? '';

/** Asks the node; the page is its own, so no other origin is involved. */
async function ask(path) {
  const answer = await fetch(path, { headers: key === '' ? {} : { 'x-api-key': key } });
  if (answer.status === 401 || answer.status === 403) {
    throw Object.assign(new Error('the node asks for a key'), { needsKey: true });
  }
  if (!answer.ok) {
    throw new Error(`the node answers ${answer.status}`);
  }
  return await answer.json();
}

async function showJobs() {
  const { jobs } = await ask('/overview');
  element('jobs').tBodies[0].replaceChildren(...jobs.map(rowOf));
  element('jobs').hidden = false;
  element('state').textContent = jobs.length === 1 ? '1 job' : `${jobs.length} jobs`;
}

/** Texts of jobs are set as texts: what somebody calls his job is not to become a part of the page. */
function rowOf({ name, state, running, max_processes, processes, cmd }) {
  const sum = (member) => processes.reduce((total, process) => total + process[member], 0);
  const row = document.createElement('tr');
  const cells = [name, state, `${running} of ${max_processes}`, `${sum('cpu').toFixed(1)} %`, `${(sum('rss') / 2 ** 20).toFixed(1)} MB`, cmd];
  for (const text of cells) {
    row.insertCell().textContent = text;
  }
  row.cells[1].className = state;
  row.dataset.job = name;
  return row;
}

/** Subscribes to the node's events over its control channel. */
function follow() {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/channel/websocket`);
  socket.onopen = () => {
    if (key !== '') {
      socket.send(`AUTH:${key}`);
    }
    socket.send(JSON.stringify({ event: 'SUB', data: { topic: 'EVENTS' } }));
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.event === 'gaffer:subscription_success') {
      element('events').dataset.live = 'true';
      later(); // something may have happened since the jobs were asked for
    }
    // each event comes under several names: the short one is enough here
    if (message.event === 'gaffer:event' && !message.data.event.includes('.')) {
      showEvent(message.data);
      later();
    }
  };
  socket.onclose = () => {
    delete element('events').dataset.live;
    element('state').textContent = 'the connection is lost; trying again …';
    setTimeout(begin, 1000);
  };
}

function showEvent({ event, name, pid }) {
  const line = document.createElement('li');
  line.textContent = `${new Date().toLocaleTimeString()} ${name} ${event}${pid === undefined ? '' : ` (process ${pid})`}`;
  element('events').prepend(line);
  while (element('events').children.length > MOST_EVENTS) {
    element('events').lastChild.remove();
  }
}

let timer;

/** Many events in a row are one reason to look. */
function later() {
  timer ??= setTimeout(() => {
    timer = undefined;
    showJobs().catch(fail);
  }, 200);
}

function fail(error) {
  element('state').textContent = error.message;
  element('login').hidden = error.needsKey !== true;
  if (error.needsKey !== true) {
    setTimeout(begin, 1000);
  }
}

async function begin() {
  try {
    await showJobs();
    follow();
  } catch (error) {
    fail(error);
  }
}

element('login').addEventListener('submit', (event) => {
  event.preventDefault();
  key = element('key').value.trim();
  sessionStorage.setItem(KEY, key);
  element('login').hidden = true;
  begin();
});

begin();
