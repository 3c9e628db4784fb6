// ---- The heat map: a table, made when it is first opened

let cells = null;

function makeTable() {
  const head = element('tr'), body = element('tbody');
  head.append(element('th', {scope: 'col'}, 'target'), ...data.source.map(
    (text) => element('th', {scope: 'col', ...language(text)}, text)));
  cells = data.target.map((text) => {
    const row = element('tr');
    row.append(element('th', {scope: 'row', ...language(text)}, text));
    const made = data.source.map(() => element('td'));
    row.append(...made);
    body.append(row);
    return made;
  });
  const top = element('thead');
  top.append(head);
  find('table').append(top, body);
}

function updateTable() {
  if (!find('numbers').open) return;
  if (!cells) makeTable();
  const now = active();
  cells.forEach((row, t) => {
    const here = Boolean(same(now, {side: 'target', i: t}));
    if (row.length) row[0].parentNode.classList.toggle('active', here);
    row.forEach((cell, s) => {
      const w = weight(t, s), text = fixed(w, 2);
      const name = 'l' + Math.round(20 * Math.min(1, Math.max(0, w))) +
          (gold.has(t * S + s) ? ' gold' : '');
      if (cell.textContent !== text) cell.textContent = text;
      if (cell.className !== name) cell.className = name;
    });
  });
}
