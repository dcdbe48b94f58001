/** Copies by 16 bytes, up to 15 beyond `length`. */
@inline
export function copyBy16(to: usize, from: usize, length: usize): void {
  v128.store(to, v128.load(from));
  for (let done: usize = 16; done < length; done += 16) v128.store(to + done, v128.load(from + done));
}
