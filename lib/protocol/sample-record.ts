import { OUTCOMES, type Outcome, REASONS, type Reason } from './model.ts'

/**
 * One sample in 16 bytes, little endian, as it lies in the sample store and in a frame:
 *
 *   word 0  sentUs     microseconds since the burst's start
 *   word 1  latencyUs  from the actual send to the end of the answer (or of the waiting)
 *   word 2  waitUs     how long it waited for a free place after its intended start; 0 without a rate
 *   word 3  bits 0-15  route: index into the burst's table of (backend, generation)
 *           bits 16-25 status of the answer, 0 for none
 *           bits 26-27 outcome, index into OUTCOMES
 *           bits 28-30 reason, index into REASONS
 *           bit  31    a detail record (attempts, resent) goes with it
 */
export const SAMPLE_BYTES = 16
export const SAMPLE_WORDS = 4
export const NO_ROUTE = 0xffff

export const packVerdict = (
  route: number,
  status: number,
  outcome: Outcome,
  reason: Reason,
  hasDetail: boolean,
): number =>
  (route |
    (status << 16) |
    (OUTCOMES.indexOf(outcome) << 26) |
    (REASONS.indexOf(reason) << 28) |
    (hasDetail ? 0x80000000 : 0)) >>>
  0

export const routeOf = (verdict: number): number => verdict & 0xffff
export const statusOf = (verdict: number): number => (verdict >>> 16) & 0x3ff
export const outcomeOf = (verdict: number): Outcome => OUTCOMES[(verdict >>> 26) & 3] ?? 'failed'
export const reasonOf = (verdict: number): Reason => REASONS[(verdict >>> 28) & 7] ?? 'none'
export const hasDetail = (verdict: number): boolean => verdict >>> 31 === 1
