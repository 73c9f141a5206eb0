import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Command, obey } from '#service/control-lines.ts'
import { createLedgerSwitch, type LedgerSwitch } from '#service/ledger-command.ts'

let ledger: LedgerSwitch
let commands: Map<string, Command>
let executed = 0

beforeEach(() => {
  executed = 0
  ledger = createLedgerSwitch(
    () => undefined,
    () => executed,
  )
  commands = new Map([['ledger', ledger.command]])
})

const tell = (fields: object): Record<string, unknown> =>
  obey(JSON.stringify({ id: 1, command: 'ledger', ...fields }), commands)

function request(method: string, id?: string): void {
  const message = new IncomingMessage(new Socket())
  message.method = method
  if (id !== undefined) message.headers['x-request-id'] = id
  for (const layer of ledger.layers()) layer(() => undefined)(message, new ServerResponse(message), 200)
}

describe('the command ledger', () => {
  it('counts nothing until it is started', () => {
    expect(ledger.layers()).toEqual([])
    expect(tell({ act: 'read' })).toMatchObject({ ok: true, counting: false, methods: {}, ids: [], next: null })
  })

  it('always tells how many requests have arrived since the start', () => {
    executed = 7
    expect(tell({ act: 'read' })).toMatchObject({ executed: 7, counting: false })
    tell({ act: 'start' })
    tell({ act: 'reset' })
    expect(tell({ act: 'read', from: 200_000 })).toMatchObject({ executed: 7, ids: [], next: null })
  })

  it('counts methods alone, or ids, too', () => {
    expect(tell({ act: 'start' })).toMatchObject({ ok: true, counting: true, withIds: false })
    request('GET', 'a')
    expect(tell({ act: 'read' })).toMatchObject({ methods: { GET: 1 }, kept: 0, ids: [] })
    tell({ act: 'start', ids: true })
    request('GET', 'a')
    request('POST', 'a')
    request('GET')
    expect(tell({ act: 'read' })).toMatchObject({
      ...{ counting: true, withIds: true, methods: { GET: 2, POST: 1 } },
      ...{ kept: 1, withoutId: 1, overflowed: 0, ids: [['a', 2]], next: null },
    })
  })

  it('goes back to zero and counts on, or stops and can still be read', () => {
    tell({ act: 'start', ids: true })
    request('GET', 'a')
    expect(tell({ act: 'reset' })).toMatchObject({ ok: true, counting: true, withIds: true })
    request('GET', 'b')
    expect(tell({ act: 'stop' })).toMatchObject({ ok: true, counting: false })
    request('GET', 'c')
    expect(tell({ act: 'read' })).toMatchObject({ counting: false, methods: { GET: 1 }, ids: [['b', 1]] })
  })

  it('keeps at most 200,000 ids and says when it overflowed', () => {
    tell({ act: 'start', ids: true })
    for (let number = 0; number < 200_003; number++) request('GET', `n${number}`)
    expect(tell({ act: 'read', from: 199_999 })).toMatchObject({ kept: 200_000, overflowed: 3, next: null })
  })

  it.each([
    [{}, 'act: one of start, read, reset, stop is needed'],
    [{ act: 'burn' }, 'act: one of start, read, reset, stop is needed'],
    [{ act: 'start', ids: 1 }, 'ids: true or false is needed'],
    [{ act: 'start', id: 7, from: 1 }, 'from: not a field of this command'],
    [{ act: 'read', from: -1 }, 'from: an integer from 0 to 200000 is needed'],
    [{ act: 'reset', all: true }, 'all: not a field of this command'],
  ])('refuses %j with the reason and changes nothing', (fields, error) => {
    tell({ act: 'start', ids: true })
    request('GET', 'a')
    expect(tell(fields)).toMatchObject({ ok: false, error })
    expect(tell({ act: 'read' })).toMatchObject({ counting: true, withIds: true, ids: [['a', 1]] })
  })
})
