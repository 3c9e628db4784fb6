// ---- Lines

const thickest = 11, shades = 64;
const canvas = find('lines'), background = document.createElement('canvas');
let centres = {source: [], target: []}, colours = [], goldColour = '';
let stale = true;  // the background, which shows the lines of all words

function measure() {
  const box = find('between').getBoundingClientRect();
  const dense = window.devicePixelRatio || 1;
  for (const each of [canvas, background]) {
    each.width = Math.round(box.width * dense);
    each.height = Math.round(box.height * dense);
    each.getContext('2d').setTransform(dense, 0, 0, dense, 0, 0);
  }
  for (const side of ['source', 'target'])
    centres[side] = tokens[side].map(({button}) => {
      const {top, height} = button.getBoundingClientRect();
      return top + height / 2 - box.top;
    });
  const style = getComputedStyle(document.documentElement);
  colours = shown.map((_, h) => style.getPropertyValue('--h' + h % 8).trim());
  goldColour = style.getPropertyValue('--gold').trim();
  stale = true;
}

// Which of a row's weights have a line.
function kept(head, t) {
  const row = Array.from(head.subarray(t * S, t * S + S), (w, s) => [w, s]);
  const way = find('least').value;
  if (way === 'all') return row.filter(([w]) => w >= 0.01);
  row.sort((a, b) => b[0] - a[0]);
  if (way === 'best') return row.slice(0, 1);
  const enough = 0.9 * row.reduce((sum, [w]) => sum + w, 0);
  let sum = 0;
  return row.filter(([w]) => {
    const wanted = sum < enough;
    sum += w;
    return wanted;
  });
}

function curve(path, t, s, shift) {
  const width = find('between').clientWidth, middle = width / 2;
  const y0 = centres.source[s] + shift, y1 = centres.target[t] + shift;
  path.moveTo(0, y0);
  path.bezierCurveTo(middle, y0, middle, y1, width, y1);
}

// The lines of the words of which `wanted(t, s)` holds, stroked together by
// head and thickness.
function drawLines(context, wanted) {
  const count = chosenHeads().length;
  const scale = thickest / Math.sqrt(Math.max(1, count));
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = goldColour;
  for (const link of gold) {
    const t = Math.floor(link / S), s = link % S, path = new Path2D();
    if (!visible(t) || !wanted(t, s)) continue;
    curve(path, t, s, 0);
    context.lineWidth = scale * weight(t, s) + 4;
    context.stroke(path);
  }
  let place = -(count - 1) / 2;
  weights[layer].forEach((head, h) => {
    if (!shown[h]) return;
    const paths = [], shift = 3 * place++;
    for (let t = 0; t < T && visible(t); ++t)
      for (const [w, s] of kept(head, t)) {
        if (!wanted(t, s)) continue;
        const shade = Math.max(1, Math.round(shades * w));
        curve(paths[shade] = paths[shade] || new Path2D(), t, s, shift);
      }
    context.strokeStyle = colours[h];
    paths.forEach((path, shade) => {
      context.lineWidth = Math.max(0.5, scale * shade / shades);
      context.stroke(path);
    });
  });
}

function updateLines() {
  if (!canvas.width || !canvas.height) return;
  const now = active(), context = canvas.getContext('2d');
  if (stale) drawLines(background.getContext('2d'), () => true);
  stale = false;
  drawLines(context,
    (t, s) => now && (now.side === 'target' ? t : s) === now.i);
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'destination-over';
  context.globalAlpha = now ? 0.16 : 0.85;
  context.drawImage(background, 0, 0);
  context.restore();
}
