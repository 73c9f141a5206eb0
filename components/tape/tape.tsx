'use client'

export type TapeProps = {
  /** Sends the burst as the form has it: offered while nothing was sent yet. */
  onSend: () => void
}

/** One lane per backend and one for nobody; fills the box it is put in (give it a height). */
export function Tape(_props: TapeProps) {
  return <div />
}
