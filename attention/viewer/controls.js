// ---- Controls, and a link to the state

let waiting = false, timer = null;

// Draws once a frame, whatever happens in between.
function update() {
  updateTokens();
  updateWords();
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    updateLines();
    updateTable();
  });
}

// After a change of which lines there are.
function redraw() {
  stale = true;
  update();
}

function goTo(where) {
  step = Math.min(T, Math.max(0, where));
  pick = null;
  pinned = false;
  redraw();
}

function stop() {
  clearInterval(timer);
  timer = null;
  find('play').textContent = 'Play';
}

function play() {
  if (timer) return stop();
  find('play').textContent = 'Pause';
  goTo(step < T ? step : 0);
  timer = setInterval(() => {
    goTo(step + 1);
    if (step < T) return;
    stop();
    remember();
  }, 1000);
}

function showHeads() {
  find('heads').querySelectorAll('input').forEach((box, h) => {
    box.checked = shown[h];
  });
  redraw();
}

function makeHeads() {
  find('heads').hidden = shown.length < 2;
  shown.forEach((_, h) => {
    const label = element('label', {title: 'Double click: this one alone'});
    const box = element('input', {type: 'checkbox'});
    const swatch = element('span', {class: 'swatch head' + h % 8});
    label.append(box, swatch, 'head ' + (h + 1));
    box.addEventListener('change', () => {
      shown[h] = box.checked;
      redraw();
      remember();
    });
    label.addEventListener('dblclick', () => {
      shown.forEach((_, other) => { shown[other] = other === h; });
      showHeads();
      remember();
    });
    find('heads').append(label);
  });
}

// The state as #step=5&pick=t3&layer=2&heads=1,4, all counted from 1.
function remember() {
  const parts = [];
  if (step < T) parts.push('step=' + (step + 1));
  if (pick && pinned) parts.push('pick=' + pick.side[0] + (pick.i + 1));
  if (layer > 0 || data.opens) parts.push('layer=' + (layer + 1));
  if (shown.includes(false))
    parts.push('heads=' + shown.flatMap((on, h) => (on ? [h + 1] : [])));
  if (location.protocol !== 'about:')
    history.replaceState(null, '', '#' + parts.join('&'));
}

function recall() {
  const wish = new URLSearchParams(location.hash.slice(1) || data.opens);
  const number = (text, count) =>
    Math.min(count, Math.max(1, parseInt(text, 10) || 1)) - 1;
  step = wish.has('step') ? number(wish.get('step'), T + 1) : T;
  layer = number(wish.get('layer'), weights.length);
  const heads = wish.has('heads') ? wish.get('heads').split(',') : null;
  shown.forEach((_, h) => {
    shown[h] = !heads || heads.includes(String(h + 1));
  });
  const [, side, which] = /^([st])(\d+)$/.exec(wish.get('pick')) || [];
  const name = side === 's' ? 'source' : 'target';
  pinned = Boolean(side && data[name].length);
  pick = pinned ? {side: name, i: number(which, data[name].length)} : null;
  if (pick && !reached(pick)) step = pick.i;
  find('layer').value = layer;
  showHeads();
}

const tokens = {source: makeTokens('source'), target: makeTokens('target')};
makeHeads();
weights.forEach((_, l) => find('layer').add(new Option(l + 1, l)));
find('layer-label').hidden = weights.length < 2;
for (const key of document.querySelectorAll('.gold-key'))
  key.hidden = !gold.size;
find('step').max = T + 1;
find('numbers').open = S * T <= 400;

find('play').addEventListener('click', play);
find('step').addEventListener('input', (event) => {
  stop();
  goTo(event.target.value - 1);
});
find('step').addEventListener('change', remember);
find('layer').addEventListener('change', (event) => {
  layer = Number(event.target.value);
  redraw();
  remember();
});
find('least').addEventListener('change', redraw);
find('numbers').addEventListener('toggle', update);
find('pairs').addEventListener('pointerleave', (event) => {
  if (pinned || event.pointerType !== 'mouse') return;
  pick = null;
  update();
});
window.addEventListener('hashchange', recall);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  measure();
  update();
});
new ResizeObserver(() => {
  measure();
  update();
}).observe(find('pairs'));
measure();
recall();
