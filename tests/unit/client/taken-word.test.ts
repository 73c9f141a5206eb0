import { expect, it } from 'vitest'
import type { PageSocket } from '#lib/client/server-link.ts'
import { createTakenWord } from '#lib/client/taken-word.ts'

function openWord() {
  const said: number[] = []
  const at = { ms: 1_000, nextSeq: 0 }
  const socket = { connected: true, emit: (_: string, { nextSeq }: { nextSeq: number }) => said.push(nextSeq) }
  const listener = { taken: () => ({ boot: 'boot', burst: 1, nextSeq: at.nextSeq }) }
  const word = createTakenWord(socket as unknown as PageSocket, listener as never, () => at.ms)
  const frame = (): void => {
    at.nextSeq += 10
    word.frame()
  }
  return { said, at, word, frame }
}

it('is said with the first frame, then when some time or many frames have passed', () => {
  const { said, at, frame } = openWord()
  frame()
  frame()
  expect(said).toEqual([10])
  at.ms += 200
  frame()
  for (let frames = 16; frames > 0; frames--) frame()
  expect(said).toEqual([10, 30, 190])
})

it('is said with the first frame of a new connection, however soon that comes', () => {
  const { said, at, word, frame } = openWord()
  frame()
  at.ms += 50
  word.restart()
  frame()
  expect(said).toEqual([10, 20])
})
