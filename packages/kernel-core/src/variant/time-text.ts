/** Days since 1970-01-01 as `2021-09-08`, in the proleptic Gregorian calendar; `+` before years beyond 9999, as in ISO 8601. */
export function dateText(days: number): string {
  // Whole eras of 400 years, so that days of any year count from a March 1.
  const sinceMarch = days + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const ofEra = sinceMarch - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return `${sign}${padded(Math.abs(year), 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** Time since midnight in units of 10^-`digits` seconds as `11:11:11.5`, without zeros at its end. */
export function timeText(time: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const seconds = Number(time / unit);
  const fraction = padded(Number(time % unit), digits).replace(/0+$/, "");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    padded(part, 2),
  );
  return clock.join(":") + (fraction === "" ? "" : `.${fraction}`);
}

/** Time since 1970-01-01 00:00:00 in units of 10^-`digits` seconds as `2021-09-08 11:11:11.5`. */
export function timestampText(time: bigint, digits: number): string {
  const day = 86_400n * 10n ** BigInt(digits);
  const ofDay = ((time % day) + day) % day;
  return `${dateText(Number((time - ofDay) / day))} ${timeText(ofDay, digits)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
