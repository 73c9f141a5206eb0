/** Every bound of the product in one place, with its unit. contract.md, "Limits". */
export const MAX_REQUESTS = 1_000_000
export const MAX_DURATION_MS = 3_600_000
export const MAX_CONCURRENCY = 256
export const MAX_RATE_PER_SECOND = 20_000
export const MAX_REPLICAS = 50
export const MAX_KEPT_SAMPLES = 1_000_000
export const MAX_KEPT_BURSTS = 50
/** Of all earlier bursts together; a detail counts as ten. The oldest bursts lose theirs first. */
export const MAX_ARCHIVED_SAMPLES = 1_000_000
/** A summary carries this many of the latest stretches; a run judges them all. */
export const MAX_STRETCHES = 50
export const MAX_BODY_BYTES = 65_536
/** What a command needs beside a body: the longest path and headers. */
const MAX_HEAD_BYTES = 16_384
/** JSON writes a control character in six bytes. */
export const MAX_MESSAGE_BYTES = 6 * MAX_BODY_BYTES + MAX_HEAD_BYTES
export const MAX_COMMANDS_PER_SECOND = 20
export const MAX_BROWSERS = 50
/** Samples or runs that are being downloaded at one time, of all callers. */
export const MAX_EXPORTS = 4
/** A download of which nothing was taken for so long is given up. */
export const EXPORT_PATIENCE_MS = 30_000
export const MAX_TIMEOUT_MS = 60_000
export const DEFAULT_TIMEOUT_MS = 10_000

/** A frame leaves this often while something changes. */
export const FRAME_INTERVAL_MS = 16
/** A browser says at most this often how far it took frames in; the server lets it be a second behind. */
export const TAKEN_INTERVAL_MS = 200
/** A browser that joins or reconnects gets at most this many earlier samples; beyond it is told that it was resynced. */
export const MAX_REPLAYED_SAMPLES = 20_000
/** The summary of the running burst goes to every browser this often. */
export const SUMMARY_INTERVAL_MS = 1_000

/** A target that is not reached by then is an error: the caller is told within 30 s, everything included. */
export const SCALE_DEADLINE_MS = 28_000

export const PROTOCOL_VERSION = 2

/** The longest that an answer may be held up by a fault. */
export const MAX_FAULT_MS = 60_000
/** A backend answers a command by then, or is taken not to. */
export const COMMAND_DEADLINE_MS = 5_000
/** A backend's ledger keeps this many different request ids; it counts what comes beyond. */
export const MAX_LEDGER_IDS = 200_000
/** What a backend may call itself: a hostname, RFC 1123 section 2.1, of at most 64 characters. */
export const BACKEND_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
