// Turns values of form fields into members of the JSON, and back.

export const fieldsOf = form => [...form.querySelectorAll('[data-kind]')];

export function read(field) {
  switch (field.dataset.kind) {
    case 'flag':
      return field.checked;
    case 'number':
      return readNumber(field.value.trim());
    case 'policies':
      return readPolicies(field.value);
    default:
      return field.value;
  }
}

export function write(field, value) {
  switch (field.dataset.kind) {
    case 'flag':
      field.checked = value === true;
      break;
    case 'policies':
      field.value = writePolicies(value);
      break;
    default:
      // "reusable" means the same.
      field.value = value === 'reusable' ? 'non-rotating' : (value ?? '');
  }
  describe(field);
}

// Shows next to the field how long that many seconds are.
export function describe(field) {
  const human = document.getElementById(`${field.name}-human`);
  if (human) {
    const value = read(field);
    human.textContent = typeof value === 'number' ? duration(value) : '';
  }
}

// Passes anything else on as it is: the server says what is wrong with it.
function readNumber(text) {
  if (text === '') {
    return null;
  }
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function readPolicies(text) {
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean);
  return lines.length === 0 ? null : lines.map(line => {
    const [audience, ...scope] = line.split(/[\s,]+/);
    return { audience, scope };
  });
}

function writePolicies(value) {
  return Array.isArray(value) ? value.map(entry => [entry?.audience, ...(Array.isArray(entry?.scope) ? entry.scope : [])].join(' ')).join('\n') : '';
}

function duration(seconds) {
  if (seconds <= 0) {
    return '';
  }
  for (const [name, length] of [['day', 86400], ['hour', 3600], ['minute', 60]]) {
    if (seconds >= length) {
      const count = Math.round(seconds / length * 10) / 10;
      return `${seconds % length === 0 ? '=' : '≈'} ${count} ${name}${count === 1 ? '' : 's'}`;
    }
  }
  return '';
}
