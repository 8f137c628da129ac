import { fieldsOf } from './fields.js';

// Shows the server's message: all of it above the form, and each sentence at the field whose name it begins with.
export function showError(form, error) {
  const summary = form.querySelector('#settings-error');
  summary.textContent = error.message;
  summary.hidden = false;
  const sentences = error.message.split(/(?<=\.)\s+/);
  const fields = [];
  for (const field of fieldsOf(form)) {
    const own = sentences.filter(sentence => sentence.split(' ')[0] === field.name);
    if (own.length > 0) {
      mark(field, document.getElementById(`${field.name}-error`), own.join(' '));
      fields.push(field);
    }
  }
  (fields[0] ?? form.querySelector('#json')).focus();
}

export function clearErrors(form) {
  form.querySelector('#settings-error').hidden = true;
  for (const field of fieldsOf(form)) {
    unmark(field, document.getElementById(`${field.name}-error`));
  }
}

// Shows what is wrong if the text is not a JSON object with settings. Returns whether anything is.
export function showJsonError(json) {
  const box = document.getElementById('json-error');
  const problem = problemOf(json.value);
  box.textContent = problem ?? '';
  box.hidden = !problem;
  json.ariaInvalid = problem ? 'true' : null;
  return Boolean(problem);
}

function problemOf(text) {
  try {
    const settings = JSON.parse(text)?.refresh_token;
    return typeof settings === 'object' && !Array.isArray(settings) ? undefined : 'The JSON must be an object with refresh_token, an object or null.';
  } catch (error) {
    return `This is not JSON yet: ${error.message}`;
  }
}

function mark(field, box, message) {
  box.textContent = message;
  box.hidden = false;
  field.ariaInvalid = 'true';
  if (!describers(field).includes(box.id)) {
    field.setAttribute('aria-describedby', [...describers(field), box.id].join(' '));
  }
}

function unmark(field, box) {
  box.hidden = true;
  field.ariaInvalid = null;
  const others = describers(field).filter(id => id !== box.id);
  if (others.length > 0) {
    field.setAttribute('aria-describedby', others.join(' '));
  } else {
    field.removeAttribute('aria-describedby');
  }
}

const describers = field => (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
