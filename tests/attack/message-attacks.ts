import { describe, expect, test } from 'vitest'
import { MAX_MESSAGE_BYTES } from '#lib/protocol/limits.ts'
import { until } from '../until.ts'
import { rawRequest, requestText } from './raw-request.ts'
import { frameOf, openRawSocket, piecesOf } from './raw-socket.ts'
import { residentMb } from './resident.ts'
import type { Victim } from './victim.ts'

export function messageAttacks(victim: Victim): void {
  const expectAliveAndCalm = async (): Promise<void> => {
    expect(await victim.product().api.isReady()).toBe(true)
    expect(victim.product().output()).not.toMatch(/unexpected-error|uncaught|unhandled/i)
  }

  describe('messages that no page of ours would send', () => {
    test.each([
      ['a byte more than the longest', () => frameOf('4'.repeat(MAX_MESSAGE_BYTES + 1))],
      ['1 MB', () => frameOf('4'.repeat(1024 * 1024))],
      ['100 MB, declared', () => frameOf('4', { declared: 100 * 1024 * 1024 })],
    ])('attack 22: a frame of %s ends its socket and costs nothing', async (_size, frame) => {
      const bystander = await openRawSocket(victim.product(), { join: true })
      const attacker = await openRawSocket(victim.product(), { join: true })
      const before = residentMb(victim.product().pid)
      attacker.write(frame())
      await until('the connection is gone', attacker.isGone, 5_000)
      expect(residentMb(victim.product().pid) - before).toBeLessThan(8)
      expect(bystander.isClosed()).toBe(false)
      bystander.end()
      await expectAliveAndCalm()
    })

    test('attack 23: a message in more pieces than it may have bytes ends its socket', async () => {
      const attacker = await openRawSocket(victim.product(), { join: true })
      attacker.write(piecesOf(MAX_MESSAGE_BYTES + 1))
      await until('the connection is gone', attacker.isGone, 10_000)
      await expectAliveAndCalm()
    })

    test.each([
      ['a command', (deep: string) => [`42["burst:start",${deep}]`]],
      ['the handshake', (deep: string) => [`40${deep}`]],
      ['a packet with an attachment', (deep: string) => [`451-["burst:start",${deep}]`, 'attachment']],
    ])('attack 22: %s as deep as it may be long throws nothing', async (_what, packets) => {
      const attacker = await openRawSocket(victim.product(), { join: true })
      const depth = Math.floor(MAX_MESSAGE_BYTES / 2) - 50
      for (const packet of packets('['.repeat(depth) + ']'.repeat(depth)))
        attacker.write(frameOf(packet, { opcode: packet === 'attachment' ? 0x2 : 0x1 }))
      attacker.say('4277["burst:cancel",{"id":"b999999999"}]')
      await until('it is answered or gone', () => attacker.heard().includes('4377[') || attacker.isClosed(), 5_000)
      attacker.end()
      await expectAliveAndCalm()
    })

    test('attack 24: a packet that claims a million attachments ends its socket', async () => {
      const attacker = await openRawSocket(victim.product(), { join: true })
      attacker.say('451000000-["cluster:scale",{"_placeholder":true,"num":0}]')
      await until('the connection is gone', attacker.isGone, 5_000)
      await expectAliveAndCalm()
    })

    test.each([
      '42["__proto__",1]',
      '42[{"toString":1}]',
      '42["disconnect"]',
      '42["connect_error"]',
      '42["error"]',
      '42["newListener",1]',
      '42',
      '42[',
      '42{}',
      '42[]',
      '42[null]',
      '421["cluster:scale"]',
      '4299999999999999999999["cluster:scale",{"replicas":2}]',
      '43["x"]',
      '430["x"]',
      '44{"message":"x"}',
      '47',
      '4',
      'x',
      '',
      '\u0000\u0001\u0002',
      '40/admin,',
      '40{"token":{"$gt":""}}',
    ])('attack 25: the packet %j throws nothing', async (packet) => {
      const attacker = await openRawSocket(victim.product(), { join: true })
      attacker.say(packet)
      attacker.write(frameOf(packet, { opcode: 0x2 }))
      attacker.end()
      await expectAliveAndCalm()
    })

    test.each([
      '42["nothing:known",{"a":1}]',
      '42["cluster:scale",{"replicas":51}]',
      '420["cluster:scale"]',
      '421["cluster:scale",{"replicas":-1}]',
      '422["cluster:scale",{"replicas":2,"HostConfig":{"Privileged":true}}]',
      '423["cluster:scale",{"replicas":1.5},{"replicas":3}]',
      '424["burst:cancel",null]',
      '425["burst:edit",[1,2,3]]',
      '426["burst:start","now"]',
      '427["burst:start",{"requests":1,"path":"//evil.example"}]',
      '428["burst:start",{"requests":1,"headers":{"host":"evil.example"}}]',
      '429["burst:start",{"requests":1,"target":"http://169.254.169.254/"}]',
      '42["frame:taken","x"]',
    ])('attack 26: the command %j is refused or left alone', async (packet) => {
      const attacker = await openRawSocket(victim.product(), { join: true })
      attacker.say(packet)
      // Commands are answered in order: when this one is, whatever the first one did is done.
      attacker.say('4277["burst:cancel",{"id":"b999999999"}]')
      await until('the next command is answered', () => attacker.heard().includes('4377['), 5_000)
      expect(attacker.heard()).not.toContain('"ok":true')
      attacker.end()
      await expectAliveAndCalm()
      await victim.expectUntouched()
    })

    test.each([
      '{"__proto__":{"polluted":true},"requests":1}',
      '{"constructor":{"prototype":{"polluted":true}},"requests":1}',
      '{"requests":1,"headers":{"__proto__":"x"},"x":1}',
    ])('attack 27: the body %s is refused and pollutes nothing', async (body) => {
      const answer = await rawRequest(
        victim.port(),
        requestText(
          '/api/bursts',
          [
            ['Host', victim.host()],
            ['Authorization', `Bearer ${victim.product().token}`],
            ['Content-Type', 'application/json'],
            ['Content-Length', String(body.length)],
          ],
          'POST',
          body,
        ),
      )
      expect([400, 422]).toContain(answer.status)
      expect(answer.body).not.toContain('polluted":true')
    })
  })
}
