(() => {
  'use strict';
  const { needs, rows } = JSON.parse(document.getElementById('donnees').textContent);
  const at = (id) => document.getElementById(id);
  const form = at('recherche'), count = at('compte'), body = at('liste').tBodies[0];
  const french = new Intl.NumberFormat('fr-FR');
  const plain = (words) => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    .replace(/œ/g, 'oe').replace(/æ/g, 'ae').replace(/[^a-z0-9]+/g, ' ').trim();
  const lines = [...body.rows].map((row, place) => ({
    row, place, share: rows[place][0], needs: rows[place][1],
    words: plain(row.cells[0].textContent), nature: row.cells[1].textContent,
    department: row.cells[2].textContent,
  }));
  const heads = { nom: at('t-nom'), part: at('t-part'), besoin: at('t-besoin') };
  const buttons = {};
  for (const [key, head] of Object.entries(heads)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.addEventListener('click', () => {
      const value = key === 'besoin' ? form.ordre.value : key;
      falling = form.ordre.value === value && !falling;
      form.ordre.value = value;
      show();
    });
    head.replaceChildren(button);
    buttons[key] = button;
  }
  let falling = false;

  // What is not known comes last, in the order of names, whichever way one looks.
  const valueOf = (line, order) => {
    if (order === 'nom') return line.place;
    if (order === 'part') return line.share;
    const need = line.needs && line.needs[order];
    return need && need.length ? need[0] : null;
  };
  const compare = (order) => (one, other) => {
    const a = valueOf(one, order), b = valueOf(other, order);
    if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
    return (falling ? b - a : a - b) || one.place - other.place;
  };
  const element = (name, words, className) => {
    const made = document.createElement(name);
    if (words) made.textContent = words;
    if (className) made.className = className;
    return made;
  };
  const tell = (line, order) => {
    if (!line.needs) return [element('span', line.share === null ? 'non fait' : 'autre cadre', 'vague')];
    if (!line.needs[order].length) return [element('span', 'sans objet', 'vague')];
    const [score, low, high] = line.needs[order];
    const range = element('span', '', 'range'), band = element('i');
    range.setAttribute('aria-hidden', 'true');
    band.style.left = low + '%';
    band.style.width = high - low + '%';
    range.append(band);
    if (score === null) {
      return [element('span', 'indéterminé', 'vague'), range, element('small', `entre ${low} et ${high}`)];
    }
    const dot = element('b');
    dot.style.left = score + '%';
    range.append(dot);
    return [element('span', `${score} sur 100`), range,
      ...(low < high ? [element('small', `entre ${low} et ${high}`)] : [])];
  };

  const show = () => {
    const order = form.ordre.value, chosen = order !== 'nom' && order !== 'part';
    const wanted = plain(form.nom.value).split(' ');
    heads.besoin.hidden = !chosen;
    if (chosen) buttons.besoin.textContent = needs[order];
    for (const [key, head] of Object.entries(heads)) {
      const here = chosen ? key === 'besoin' : key === order;
      head.setAttribute('aria-sort', here ? (falling ? 'descending' : 'ascending') : 'none');
    }
    const all = document.createDocumentFragment();
    let seen = 0;
    for (const line of [...lines].sort(compare(order))) {
      const here = wanted.every((word) => line.words.includes(word))
        && (!form.departement.value || line.department.split(', ').includes(form.departement.value))
        && (!form.nature.value || line.nature === form.nature.value);
      line.row.hidden = !here;
      seen += here;
      const cell = line.row.cells[5];
      cell.hidden = !chosen;
      // On a phone the heads of columns are not seen.
      const about = () => element('span', `${needs[order]} : `, 'about');
      cell.replaceChildren(...(chosen && here ? [about(), ...tell(line, order)] : []));
      all.append(line.row);
    }
    body.append(all);
    const noun = seen < 2 ? ' territoire' : ' territoires';
    const total = seen === lines.length ? '' : ' sur ' + french.format(lines.length);
    count.textContent = seen ? french.format(seen) + noun + total : 'Aucun territoire ne répond à cette recherche';
  };
  form.nom.addEventListener('input', show);
  form.addEventListener('change', (event) => {
    if (event.target === form.nom) return;
    if (event.target === form.ordre) falling = false;
    show();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => { falling = false; setTimeout(show); });
  at('inverser').addEventListener('click', () => { falling = !falling; show(); });
  form.hidden = false;
  show();
})();
