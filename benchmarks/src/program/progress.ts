/** One line on standard error that says what goes on: rewritten on a terminal, a line for each step elsewhere. */
export interface Progress {
  step(text: string): void;
  /** Takes the line off the screen. */
  done(): void;
}

export function startProgress(total: number): Progress {
  const isTerminal = process.stderr.isTTY === true;
  let count = 0;
  return {
    step(text) {
      count++;
      const line = `[${count}/${total}] ${text}`;
      process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    done() {
      if (isTerminal) process.stderr.write("\r\u001b[K");
    },
  };
}
