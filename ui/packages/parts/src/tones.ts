// Three tones that differ in pitch and rhythm. Where there is no sound device, nothing happens.

const TONES = {
  good: [[880, 0, 0.09], [1320, 0.09, 0.12]],
  bad: [[220, 0, 0.18], [196, 0.2, 0.22]],
  used: [[440, 0, 0.07], [440, 0.12, 0.07], [440, 0.24, 0.07]],
} as const satisfies Record<string, readonly (readonly [number, number, number])[]>;

let context: AudioContext | null = null;

/** Plays a tone; volume 0 to 1. */
export function sound(tone: keyof typeof TONES, volume = 0.2): void {
  try {
    context ??= new AudioContext();
    for (const [pitch, from, length] of TONES[tone]) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      const begin = context.currentTime + from;
      oscillator.frequency.value = pitch;
      gain.gain.setValueAtTime(volume, begin);
      gain.gain.exponentialRampToValueAtTime(0.001, begin + length);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(begin);
      oscillator.stop(begin + length);
    }
  } catch {
    // The edge flash says the same.
  }
}
