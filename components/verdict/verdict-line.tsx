'use client'

export type VerdictLineProps = {
  /** Opens the table with failed and rescued requests only. */
  onShowFailures: () => void
}

/** The one sentence above the tape and its small print. */
export function VerdictLine(_props: VerdictLineProps) {
  return <p />
}
