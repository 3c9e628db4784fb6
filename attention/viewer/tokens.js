// ---- Words

function element(name, attributes = {}, text = '') {
  const made = document.createElement(name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  made.textContent = text;
  return made;
}

const han = /[\u2e80-\u9fff\u{20000}-\u{3ffff}]/u;
const language = (text) => (han.test(text) ? {lang: 'zh-Hans'} : {});

function makeTokens(side) {
  return data[side].map((text, i) => {
    const button = element('button', {type: 'button', class: 'token'});
    const word = element('span', {class: 'word', ...language(text)}, text);
    const bar = element('span', {class: 'bar'});
    const value = element('span', {class: 'value'});
    button.append(word, bar, value);
    button.title = text;
    const here = {side, i};
    button.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'mouse' && !pinned && reached(here)) {
        pick = here;
        update();
      }
    });
    button.addEventListener('focus', () => {
      if (!pinned && button.matches(':focus-visible')) choose(here);
    });
    button.addEventListener('click', () => {
      pinned = !(pinned && same(pick, here));
      choose(here);
      remember();
    });
    button.addEventListener('keydown', (event) => move(event, here));
    const item = element('li');
    item.append(button);
    find(side).append(item);
    return {button, bar, value};
  });
}

const reached = ({side, i}) => side === 'source' || visible(i);

// A word that is yet to come takes the decoding there.
function choose(token) {
  if (!reached(token)) {
    step = token.i;
    stale = true;
  }
  pick = token;
  update();
}

function move(event, {side, i}) {
  const last = data[side].length - 1;
  const to = {
    ArrowUp: [side, Math.max(0, i - 1)],
    ArrowDown: [side, Math.min(last, i + 1)],
    Home: [side, 0],
    End: [side, last],
    ArrowLeft: ['source', Math.min(i, S - 1)],
    ArrowRight: ['target', Math.min(i, T - 1)],
  }[event.key];
  if (event.key === 'Escape') {
    pinned = false;
    pick = null;
    update();
    remember();
  }
  if (!to || !data[to[0]].length) return;
  event.preventDefault();
  pinned = false;
  tokens[to[0]][to[1]].button.focus();
}

function updateTokens() {
  const now = active();
  for (const side of ['source', 'target']) {
    const tab = now && now.side === side ? now.i : 0;
    tokens[side].forEach(({button, bar, value}, i) => {
      const here = {side, i};
      let share = null;
      if (now && now.side !== side && reached(here))
        share = side === 'source' ? weight(now.i, i) : weight(i, now.i);
      button.classList.toggle('active', Boolean(same(now, here)));
      button.classList.toggle('future', !reached(here));
      button.setAttribute('aria-pressed', Boolean(pinned && same(pick, here)));
      button.tabIndex = i === tab ? 0 : -1;  // one stop for each column
      bar.style.setProperty('--share', share === null ? 0 : share);
      value.textContent = share === null ? '' : fixed(share, 2);
    });
  }
}
