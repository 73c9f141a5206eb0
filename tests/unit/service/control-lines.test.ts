import { describe, expect, it } from 'vitest'
import { type Command, obey } from '#service/control-lines.ts'

const commands = new Map<string, Command>([
  ['ping', () => ({})],
  ['count', (fields) => ({ counted: fields.of })],
  [
    'break',
    () => {
      throw new Error('cannot')
    },
  ],
])

describe('a line on the control channel', () => {
  it('is answered under its own id', () => {
    expect(obey('{"id":7,"command":"ping"}', commands)).toEqual({ event: 'answer', id: 7, ok: true })
  })

  it('hands its fields to the command and the result to the answer', () => {
    expect(obey('{"id":1,"command":"count","of":3}', commands)).toMatchObject({ ok: true, counted: 3 })
  })

  it.each(['', 'nonsense', '[]', 'null', '7', '"ping"', '{', '{}'])('that is no command is refused: %j', (line) => {
    const answer = obey(line, commands)
    expect(answer).toMatchObject({ event: 'answer', ok: false, error: expect.any(String) })
    expect(answer).not.toHaveProperty('id')
  })

  it.each(['toString', '__proto__', 'constructor', 'pong', ''])('with the unknown command %j is refused', (command) => {
    expect(obey(JSON.stringify({ id: 2, command }), commands)).toMatchObject({ id: 2, ok: false })
  })

  it('whose command fails is answered with the reason', () => {
    expect(obey('{"id":3,"command":"break"}', commands)).toEqual({ event: 'answer', id: 3, ok: false, error: 'cannot' })
  })
})
