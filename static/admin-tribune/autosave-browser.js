/* What could not be sent is kept in this browser until it can be: one entry for each form, marked with whose it is.

   It is plain text that anybody at this computer could read, so it goes as soon as it has been sent, and after some days
   in any case. */

const PREFIX = "tribune-unsaved:";
const DAYS_KEPT = 14;

const nameOf = ({ writer, post, key }) => `${PREFIX}${writer}:${post}:${key}`;

/** Keep what stands in a form; says whether the browser took it. */
export function put(entry) {
  try {
    localStorage.setItem(nameOf(entry), JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

/** Forget what was kept of a form, unless it has changed since `number`. */
export function remove(entry, number = Infinity) {
  try {
    const kept = read(nameOf(entry));
    if (kept && kept.number <= number) localStorage.removeItem(nameOf(entry));
  } catch {
    // Where nothing can be kept, nothing is.
  }
}

/** Return what one person left unsent, the oldest first, and forget what is too old for anybody. */
export function unsent(writer) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    const oldest = Date.now() - DAYS_KEPT * 24 * 3600 * 1000;
    for (const name of names) {
      if (!(read(name)?.number > oldest)) localStorage.removeItem(name);
    }
    const entries = names.map(read).filter((entry) => entry?.writer === writer);
    return entries.sort((one, other) => one.number - other.number);
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}
