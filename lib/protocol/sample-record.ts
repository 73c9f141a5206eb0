import { OUTCOMES, type Outcome, REASONS, type Reason } from './model.ts'

/**
 * One sample in 24 bytes, little endian, as it lies in the sample store, in a frame and in a run's file:
 *
 *   word 0  sentUs     microseconds since the run's start
 *   word 1  latencyUs  from the actual send to the end of the answer (or of the waiting)
 *   word 2  waitUs     how long after it was due it was sent; 0 without a rate
 *   word 3  route      index into the run's table of (backend, generation), NO_ROUTE for none
 *   word 4  order      its place in the order of sending, from 0; samples stand in the order of their ends
 *   word 5  bits 0-9   status of the answer, 0 for none
 *           bits 10-11 outcome, index into OUTCOMES
 *           bits 12-15 reason, index into REASONS
 *           bit  16    a detail record (attempts, resent) goes with it
 *           bit  17    it started late because every place was taken when it was due
 *           bits 18-31 virtual client, 0 for none
 */
export const SAMPLE_WORDS = 6
export const SAMPLE_BYTES = SAMPLE_WORDS * 4
export const ROUTE_AT = 3
export const ORDER_AT = 4
export const OUTCOME_AT = 5
export const NO_ROUTE = 0xffffffff
/** No real sample has this outcome word: status 1023 does not exist. */
export const ABSENT_OUTCOME = 0xffffffff

export const packOutcome = (
  status: number,
  outcome: Outcome,
  reason: Reason,
  hasDetail: boolean,
  isLate = false,
  client = 0,
): number =>
  (status |
    (OUTCOMES.indexOf(outcome) << 10) |
    (REASONS.indexOf(reason) << 12) |
    (hasDetail ? 1 << 16 : 0) |
    (isLate ? 1 << 17 : 0) |
    (client << 18)) >>>
  0

/** These take the outcome word. */
export const statusOf = (word: number): number => word & 0x3ff
export const outcomeOf = (word: number): Outcome => OUTCOMES[(word >>> 10) & 3] ?? 'failed'
export const reasonOf = (word: number): Reason => REASONS[(word >>> 12) & 15] ?? 'none'
export const hasDetail = (word: number): boolean => (word & (1 << 16)) !== 0
export const startedLate = (word: number): boolean => (word & (1 << 17)) !== 0
/** @public Virtual clients come later; the record has their place now. */
export const clientOf = (word: number): number => word >>> 18
