/** Gives a canvas this size in CSS pixels at the screen's density, and a context that draws in CSS pixels; null where there is none. Clears it. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = globalThis.devicePixelRatio || 1
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  // Setting the size, even to the same, makes a new buffer.
  if (canvas.width !== wide) canvas.width = wide
  if (canvas.height !== high) canvas.height = high
  const ink = canvas.getContext('2d')
  if (!ink) return null
  ink.setTransform(1, 0, 0, 1, 0, 0)
  ink.clearRect(0, 0, wide, high)
  ink.setTransform(ratio, 0, 0, ratio, 0, 0)
  return ink
}
