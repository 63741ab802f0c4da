// What this tab remembers over a reload. A browser without storage forgets; the talk works all the same.

export function store(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // forgotten
  }
}

export function stored(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
