/** Docker keeps the last megabytes of what a container said; this is well below. */
const AGAIN_AFTER_CHARACTERS = 262_144

export type Voice = {
  say(line: Readonly<Record<string, unknown>>): void
  /** Says a line that has to be found by whoever reads the log later, and says it again whenever much was said since. */
  sayLastingly(line: Readonly<Record<string, unknown>>): void
}

/** What a backend says, one JSON object a line. */
export function createVoice(write: (text: string) => void): Voice {
  let lasting = ''
  let since = 0

  function speak(text: string): void {
    write(text)
    since += text.length
    if (lasting === '' || since < AGAIN_AFTER_CHARACTERS) return
    since = 0
    write(lasting)
  }

  return {
    say: (line) => speak(`${JSON.stringify(line)}\n`),
    sayLastingly(line) {
      lasting = `${JSON.stringify(line)}\n`
      since = 0
      write(lasting)
    },
  }
}
