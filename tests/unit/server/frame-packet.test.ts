import { describe, expect, test } from 'vitest'
import { framePacket } from '#lib/server/frame-packet.ts'

/** WebSocket messages of a server, read by RFC 6455, section 5.2. */
function messagesOf(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const messages: { opcode: number; payload: Buffer }[] = []
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, short = 0] = bytes.subarray(at, at + 2)
    expect(first & 0xf0, 'final, nothing reserved').toBe(0x80)
    const extra = { 126: 2, 127: 8 }[short] ?? 0
    const length =
      extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const start = at + 2 + extra
    messages.push({ opcode: first & 0x0f, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return messages
}

describe('A frame on its way to browsers', () => {
  test.each([1, 125, 126, 2_616, 65_535, 65_536, 320_056])('of %i bytes is one text and one binary message', (size) => {
    const frame = Buffer.alloc(size, 7)
    const [bytes] = framePacket(frame).wsPreEncodedFrame
    const [event, binary, ...more] = messagesOf(bytes)
    expect(event).toEqual({ opcode: 1, payload: Buffer.from('451-["burst:frame",{"_placeholder":true,"num":0}]') })
    expect(binary?.opcode).toBe(2)
    expect(binary?.payload.equals(frame)).toBe(true)
    expect(more).toEqual([])
  })

  test('is made once, however many get it', () => {
    const frame = new Uint8Array(80)
    expect(framePacket(frame)).toBe(framePacket(frame))
    expect(framePacket(new Uint8Array(80))).not.toBe(framePacket(frame))
  })
})
