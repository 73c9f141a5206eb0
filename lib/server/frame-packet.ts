/** What engine.io's Socket.write takes as its options. */
export type FramePacket = { compress: false; wsPreEncodedFrame: [Buffer] }

const TEXT = 0x1
const BINARY = 0x2
const FINAL = 0x80
const EVENT = Buffer.from('451-["burst:frame",{"_placeholder":true,"num":0}]', 'latin1')

/** RFC 6455, section 5.2: an unmasked final frame's header. */
function headerOf(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.of(FINAL | opcode, length)
  const header = Buffer.alloc(length < 65_536 ? 4 : 10)
  header[0] = FINAL | opcode
  if (length < 65_536) {
    header[1] = 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return header
}

const packets = new WeakMap<Uint8Array, FramePacket>()

/**
 * The event `burst:frame` as socket.io's parser would send it (a text message with a placeholder, then the bytes), both
 * WebSocket messages in one buffer, made once for all browsers that get the same frame. `wsPreEncodedFrame` is how
 * socket.io's own adapter broadcasts text; it holds for the WebSocket transport without compression, the only one here.
 */
export function framePacket(frame: Uint8Array): FramePacket {
  const known = packets.get(frame)
  if (known) return known
  const messages = [headerOf(TEXT, EVENT.length), EVENT, headerOf(BINARY, frame.length), frame]
  const packet: FramePacket = { compress: false, wsPreEncodedFrame: [Buffer.concat(messages)] }
  packets.set(frame, packet)
  return packet
}
