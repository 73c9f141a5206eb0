/** What a browser of the bench shows at the door. */
export const BENCH_TOKEN = 'token-of-the-bench'

/** `open`: exactly so many browsers are on the stream of this dashboard when it is answered. `watch`: count from here on. `tell`: what was counted. */
export type BrowsersOrder =
  | { act: 'open'; url: string; token: string; count: number }
  | { act: 'watch' }
  | { act: 'tell' }

/** Since `watch`, all browsers together. */
export type Watched = {
  samples: number
  /** Of their TCP connections, both ways: socket.io, WebSocket, summaries and pings included. */
  receivedBytes: number
  sentBytes: number
  /** From a made sample's time to here; only samples of bench/children/made-samples.ts say it. */
  delayP99Ms: number
  /** Samples that were left out since a browser did not keep up. */
  missed: number
}
