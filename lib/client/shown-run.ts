import { count } from '#lib/analysis/wording.ts'
import type { Ack } from '#lib/protocol/events.ts'
import type { Burst } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import { checkRunFileHead, decodeRunFile, RUN_FILE_HEAD_BYTES, type RunFile } from '#lib/protocol/run-file.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { PlaybackCommands, ShowCommands } from './commands.ts'
import { DetailRing } from './detail-ring.ts'
import { type Shown, sameRun } from './page-state.ts'
import { Playback, type PlaybackClock } from './playback.ts'
import { Recording } from './recording.ts'
import { RunView } from './run-view.ts'
import { SampleLog } from './sample-log.ts'

export type RunFiles = {
  /** The run's file, as the server has it now. Throws where the server cannot be reached. */
  fetchRun: (id: string) => Promise<Response>
  /** Hands a file to the person. */
  download: (file: Blob, name: string) => void
}

type NamedFile = { file: Blob; name: string }
const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())
const nameOf = (id: string): string => `robinscope-${id}.run`

type Recorded = { playback: Playback; view: RunView; gone: string | null; file: Blob }

export type ShownRun = {
  /** Of the run that the panels show. */
  view: () => RunView
  shown: () => Shown
  isLive: () => boolean
  commands: ShowCommands & PlaybackCommands
}

export type ShownRunParts = {
  live: RunView
  files: RunFiles
  clock: PlaybackClock
  /** The shown run is another one, something happened once, or frames move it. */
  changed: (what: 'run' | 'once' | 'soon') => void
}

/** Which run the panels show: the live one, or a recording of one that is over. */
export function createShownRun({ live, files, clock, changed }: ShownRunParts): ShownRun {
  let recorded: Recorded | null = null
  /** The latest wish: an answer to an earlier one that comes late is not shown. */
  let wish = 0
  let speed: number | null = null
  /** The latest run, on its way from the server to be played. */
  let fetching: { wish: number; run: Burst; ack: Promise<Ack<{ id: string }>>; isPaused: boolean } | null = null

  const show = (next: Recorded | null) => {
    recorded?.playback.close()
    recorded = next
    if (next && speed !== null) next.playback.setSpeed(speed)
    changed('run')
  }
  const open = async (file: Blob, source: 'server' | 'file', isWanted: () => boolean): Promise<Ack<{ id: string }>> => {
    try {
      // Before it is read whole: it may be any file that somebody chose.
      checkRunFileHead(await bytesOf(file.slice(0, RUN_FILE_HEAD_BYTES)))
      const decoded = decodeRunFile(await bytesOf(file))
      if (isWanted()) show(recordedOf(decoded, file, source, clock, changed))
      return { ok: true, value: { id: decoded.run.id } }
    } catch (error) {
      return refused('malformed', error instanceof Error ? error.message : 'This file could not be read.')
    }
  }
  const fetched = async (id: string): Promise<Ack<NamedFile>> => {
    try {
      const answer = await files.fetchRun(id)
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? nameOf(id)
      if (answer.ok) return { ok: true, value: { file: await answer.blob(), name } }
      return { ok: false, problem: (await answer.json()) as Problem }
    } catch {
      return refused('not-reached', `Robinscope did not send ${id}: try again when the connection is back.`)
    }
  }
  /** The newest wish is the one that counts. */
  const wished = (): (() => boolean) => {
    const mine = ++wish
    return () => mine === wish
  }
  const showRun = async (id: string, isStillRight = () => true): Promise<Ack<{ id: string }>> => {
    const isNewest = wished()
    if (live.burst?.id === id && live.burst.status === 'running') {
      show(null)
      return { ok: true, value: { id } }
    }
    const file = await fetched(id)
    return file.ok ? open(file.value.file, 'server', () => isNewest() && isStillRight()) : file
  }
  const actOnRecorded = (act: (playback: Playback) => void): boolean => {
    if (recorded) act(recorded.playback)
    return recorded !== null
  }
  /** The latest run stands in the live view, without a recording: it is played from the server's, which is fetched once. */
  const withPlayback = async (act: (playback: Playback) => void): Promise<Ack<{ id: string }> | null> => {
    if (actOnRecorded(act)) return null
    const { burst } = live
    if (!burst || burst.status === 'running') return null
    if (fetching?.wish !== wish || !sameRun(fetching.run, burst)) {
      // A burst that begins meanwhile is what the page shows then.
      const ack = showRun(burst.id, () => live.burst !== null && sameRun(live.burst, burst))
      fetching = { run: burst, ack, wish, isPaused: false }
    }
    const asked = fetching
    asked.isPaused = false
    const ack = await asked.ack
    // Somebody may have chosen another run meanwhile.
    if (ack.ok && asked.wish === wish) actOnRecorded(act)
    if (asked.isPaused) recorded?.playback.pause()
    if (fetching === asked) fetching = null
    return ack
  }

  return {
    view: () => recorded?.view ?? live,
    shown: () =>
      recorded ? { ...recorded.view.shown(), playing: recorded.playback.playing, gone: recorded.gone } : live.shown(),
    isLive: () => recorded === null,
    commands: {
      showRun: (id) => showRun(id),
      showLive: () => {
        wish++
        if (recorded) show(null)
      },
      openRunFile: (file) => open(file, 'file', wished()),
      saveRun: async (id) => {
        // One that was opened from a file may have an id that means another run on this server.
        const own = recorded?.view.burst?.id === id ? recorded.file : null
        const saved: Ack<NamedFile> = own ? { ok: true, value: { file: own, name: nameOf(id) } } : await fetched(id)
        if (!saved.ok) return saved
        files.download(saved.value.file, saved.value.name)
        return { ok: true, value: { id } }
      },
      play: () => withPlayback((playback) => playback.play()),
      pause: () => {
        if (fetching) fetching.isPaused = true
        recorded?.playback.pause()
      },
      step: (by) => withPlayback((playback) => playback.step(by)),
      setSpeed: (wanted) => {
        speed = wanted
        recorded?.playback.setSpeed(wanted)
      },
      seek: (us) => withPlayback((playback) => playback.seek(us)),
    },
  }
}

function recordedOf(
  decoded: RunFile,
  file: Blob,
  source: 'server' | 'file',
  clock: PlaybackClock,
  moved: (at: 'once' | 'soon') => void,
): Recorded {
  const recording = new Recording(decoded)
  const details = new DetailRing(Math.max(1, decoded.details.length), attemptsIn(decoded))
  const view = new RunView({ source, log: new SampleLog(Math.max(1, recording.length), details) })
  return { playback: new Playback(recording, view, clock, moved), view, gone: goneOf(decoded), file }
}

const attemptsIn = ({ details }: RunFile): number => details.reduce((sum, { attempts }) => sum + attempts.length, 1)

/** Counts are whole whatever the server still keeps; what of the rest is not, in words. */
function goneOf({ firstSeq, samples }: RunFile): string | null {
  // Requests that a stopped engine left behind have ended, and never had a sample.
  if (firstSeq === 0) return null
  if (samples.length === 0) return 'The samples of this run are no longer kept: its counts and its verdict are whole.'
  const all = firstSeq + samples.length / SAMPLE_WORDS
  return `The first ${count(firstSeq)} of its ${count(all)} samples are no longer kept: its counts and its verdict are whole.`
}

const refused = (code: 'malformed' | 'not-reached', detail: string): { ok: false; problem: Problem } => ({
  ok: false,
  problem: {
    ...{ type: `about:blank#${code}`, title: code === 'malformed' ? 'Not a run' : 'No answer', code, detail },
    status: code === 'malformed' ? 400 : 504,
  },
})
