/** A URL as it may be shown: without the user, the password and the query, any of which may be a secret. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/]*)@/i, (whole, scheme, user) =>
    // The container of `abfss://container@account…` is no secret; a user with a password, or of another scheme, may be.
    /^abfss?:/i.test(scheme) && !user.includes(":") ? whole : scheme,
  );
}
