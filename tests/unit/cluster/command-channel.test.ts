import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CommandChannel } from '#lib/cluster/command-channel.ts'

/** A channel, and what was written to its backend. */
function open() {
  const input = new PassThrough({ encoding: 'utf8' })
  const channel = new CommandChannel(input)
  const told = (): { id: number; command: string }[] =>
    String(input.read() ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { channel, told, input }
}
const answer = (id: number, fields: object = { ok: true }): string => JSON.stringify({ event: 'answer', id, ...fields })

describe('a channel for commands', () => {
  it('matches answers by id, whatever their order', async () => {
    const { channel, told } = open()
    const answers = [1, 2, 3].map(() => channel.send({ command: 'faults' }))
    const ids = told().map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    for (const id of ids.toReversed()) channel.take(answer(id, { ok: true, of: id }))
    expect(await Promise.all(answers)).toEqual(ids.map((id) => ({ ok: true, fields: { of: id } })))
    expect(channel.pending).toBe(0)
  })

  it('hands a refusal over as it is', async () => {
    const { channel, told } = open()
    const refused = channel.send({ command: 'ping' })
    channel.take(answer(told()[0]?.id ?? 0, { ok: false, error: 'no' }))
    expect(await refused).toEqual({ ok: false, error: 'no' })
  })

  it('is not moved by lines that are no answers, answers to others, and answers given twice', async () => {
    const { channel, told } = open()
    const sent = channel.send({ command: 'ping' })
    const id = told()[0]?.id ?? 0
    const strange = ['', '{', 'null', '[]', '{"event":"answer","ok":false}', '{"event":"listening"}', answer(id + 1)]
    for (const line of strange) channel.take(line)
    expect(channel.pending).toBe(1)
    channel.take(answer(id))
    channel.take(answer(id))
    expect(await sent).toEqual({ ok: true, fields: {} })
  })

  it('begins at an id that nobody else is likely to use, for all who listen hear all answers', () => {
    const ids = [open(), open()].map(({ channel, told }) => {
      channel.send({ command: 'ping' }).catch(() => undefined)
      const [first] = told()
      channel.end('the test is over')
      return first?.id
    })
    expect(ids[0]).not.toBe(ids[1])
  })

  it('gives a command up after its deadline, and takes no answer after it', async () => {
    const { channel, told } = open()
    const sent = channel.send({ command: 'ping' }, 20)
    await expect(sent).rejects.toMatchObject({
      problem: { code: 'not-reached', cause: 'no answer within 0.02 s', detail: expect.stringContaining('"ping"') },
    })
    channel.take(answer(told()[0]?.id ?? 0))
    expect(channel.pending).toBe(0)
  })

  it('has at most 64 commands under way', async () => {
    const { channel, told } = open()
    const sent = Array.from({ length: 64 }, () => channel.send({ command: 'ping' }))
    await expect(channel.send({ command: 'ping' })).rejects.toMatchObject({ problem: { code: 'too-many' } })
    const ids = told().map(({ id }) => id)
    expect(ids).toHaveLength(64)
    for (const id of ids) channel.take(answer(id))
    await Promise.all(sent)
  })

  it('fails all that is under way, and all that comes, when the backend has ended', async () => {
    const { channel } = open()
    const sent = channel.send({ command: 'ping' })
    channel.end('ended by SIGKILL')
    channel.end('ended again')
    const problem = { code: 'not-reached', cause: 'ended by SIGKILL' }
    await expect(sent).rejects.toMatchObject({ problem })
    await expect(channel.send({ command: 'faults' })).rejects.toMatchObject({ problem })
  })

  it('says nothing more to a backend that does not read, or has no input', async () => {
    const channel = new CommandChannel(new Writable({ write: () => undefined }))
    const long = channel.send({ command: 'fault', kind: 'x'.repeat(70_000) } as never, 50)
    const cause = 'it does not read its input'
    await expect(channel.send({ command: 'ping' })).rejects.toMatchObject({ problem: { code: 'not-reached', cause } })
    await expect(long).rejects.toMatchObject({ problem: { cause: 'no answer within 0.05 s' } })
    const deaf = new CommandChannel(null)
    await expect(deaf.send({ command: 'ping' })).rejects.toMatchObject({ problem: { cause: 'it has no input' } })
  })
})
