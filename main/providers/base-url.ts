/** A base URL as calls are made of it. */
export interface BaseUrl {
  /** Scheme, host and port. */
  origin: string;
  /** Without a slash at its end. */
  path: string;
}

/** More than anybody has; base URLs come from settings, which may change for as long as a gateway runs. */
const mostRemembered = 100;

/** Splits base URLs, and remembers them: parsing one for every call costs as much as all its headers. Throws TypeError for what is none. */
export function createBaseUrls(): (text: string) => BaseUrl {
  const known = new Map<string, BaseUrl>();
  return (text) => {
    const found = known.get(text) ?? split(text);
    if (known.size >= mostRemembered) known.clear();
    known.set(text, found);
    return found;
  };
}

function split(text: string): BaseUrl {
  const { origin, pathname } = new URL(text);
  return { origin, path: pathname.replace(/\/+$/, '') };
}
