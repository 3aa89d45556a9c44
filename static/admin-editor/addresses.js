/* Addresses of links, as a body may have them. */

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];

/** Say whether a link may lead there; an address without a scheme leads to this site. */
export function isSafeAddress(address) {
  if (!address?.trim()) return false;
  try {
    return SCHEMES.includes(new URL(address, "https://here.invalid/").protocol);
  } catch {
    return false;
  }
}

/** Return the address that was meant by what was typed: "example.org/page" is on the web. */
export function completed(typed) {
  const address = typed.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(address)) return `mailto:${address}`;
  if (/^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?([/?#]|$)/i.test(address)) return `https://${address}`;
  return address;
}

/** Return the name of the host of an address, without "www.". */
export function hostOf(address) {
  try {
    return new URL(address).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
}

/** Say whether a picture may be shown from there: this site, and where the library says that its files are. */
export function isOwnPicture(address, known) {
  return /^\/(?!\/)/.test(address) || [...known.values()].some((picture) => picture.src === address);
}
