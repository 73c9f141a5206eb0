import { beforeEach, describe, expect, it } from 'vitest'
import { type Command, obey } from '#service/control-lines.ts'
import { createFaults, type Faults } from '#service/faults.ts'

let faults: Faults
let commands: Map<string, Command>
let changes: number

beforeEach(() => {
  changes = 0
  faults = createFaults(() => {
    changes += 1
  })
  commands = new Map(faults.commands)
})

const tell = (command: string, fields: object = {}): Record<string, unknown> =>
  obey(JSON.stringify({ id: 1, command, ...fields }), commands)

describe('faults', () => {
  it('are none until one is switched on', () => {
    expect(tell('faults')).toMatchObject({ ok: true, faults: [] })
    expect(faults.layers()).toEqual([])
  })

  it('are shown with every field as it is in force', () => {
    expect(tell('fault', { kind: 'latency', ms: 200 })).toMatchObject({
      faults: [{ kind: 'latency', ms: 200, jitterMs: 0, share: 1 }],
    })
  })

  it('stand beside each other, one of each kind: a further one takes its place', () => {
    tell('fault', { kind: 'errors', status: 503, share: 0.5 })
    tell('fault', { kind: 'latency', ms: 10, jitterMs: 5 })
    tell('fault', { kind: 'errors', status: 500, share: 0.25 })
    expect(tell('faults')).toMatchObject({
      faults: [
        { kind: 'latency', ms: 10, jitterMs: 5, share: 1 },
        { kind: 'errors', status: 500, share: 0.25 },
      ],
    })
    expect(faults.layers()).toHaveLength(2)
  })

  it('are healed by kind, or all at once; healing what is well is fine', () => {
    tell('fault', { kind: 'errors', status: 503 })
    tell('fault', { kind: 'latency', ms: 10 })
    expect(tell('heal', { kind: 'errors' })).toMatchObject({ faults: [{ kind: 'latency' }] })
    expect(tell('heal', { kind: 'errors' })).toMatchObject({ ok: true, faults: [{ kind: 'latency' }] })
    expect(tell('heal')).toMatchObject({ ok: true, faults: [] })
    expect(faults.layers()).toEqual([])
  })

  it.each([
    ['no kind', 'fault', {}, 'kind: one of latency, errors is needed'],
    ['an unknown kind', 'fault', { kind: 'melt' }, 'kind: one of latency, errors is needed'],
    ['a kind of every object', 'fault', { kind: 'toString' }, 'kind: one of latency, errors is needed'],
    ['no time', 'fault', { kind: 'latency' }, 'ms: an integer from 0 to 60000 is needed'],
    ['too long a time', 'fault', { kind: 'latency', ms: 60_001 }, 'ms: an integer from 0 to 60000 is needed'],
    ['a negative time', 'fault', { kind: 'latency', ms: -1 }, 'ms: an integer from 0 to 60000 is needed'],
    ['a time in words', 'fault', { kind: 'latency', ms: '5' }, 'ms: an integer from 0 to 60000 is needed'],
    ['half a millisecond', 'fault', { kind: 'latency', ms: 0.5 }, 'ms: an integer from 0 to 60000 is needed'],
    [
      'a wrong jitter',
      'fault',
      { kind: 'latency', ms: 5, jitterMs: null },
      'jitterMs: an integer from 0 to 60000 is needed',
    ],
    ['more than all', 'fault', { kind: 'latency', ms: 5, share: 1.1 }, 'share: a number from 0 to 1 is needed'],
    [
      'a status that is no error',
      'fault',
      { kind: 'errors', status: 404 },
      'status: an integer from 500 to 599 is needed',
    ],
    ['a misspelt field', 'fault', { kind: 'latency', ms: 5, jitter: 5 }, 'jitter: not a field of this command'],
    ['a field of another kind', 'fault', { kind: 'errors', status: 500, ms: 5 }, 'ms: not a field of this command'],
    ['healing an unknown kind', 'heal', { kind: 'melt' }, 'kind: one of latency, errors is needed'],
    ['healing with more', 'heal', { kinds: [] }, 'kinds: not a field of this command'],
  ])('refuse %s with the reason and change nothing', (_what, command, fields, error) => {
    tell('fault', { kind: 'latency', ms: 7 })
    const before = { changes, faults: tell('faults').faults }
    expect(tell(command, fields)).toEqual({ event: 'answer', id: 1, ok: false, error })
    expect({ changes, faults: tell('faults').faults }).toEqual(before)
  })
})
