// Browsers inside other apps, which forget everything when the app closes.

const MARKS = /\b(FBAN|FBAV|FB_IAB|Instagram|Line\/|Viber|MicroMessenger|Snapchat|TikTok|musical_ly|BytedanceWebview|VKAndroidApp|VKClient|OKApp)/i;

/** Whether the page runs inside another app, as the browser says of itself. */
export function isInside(agent: string): boolean {
  // Android's WebView says `wv`; an iPhone's web view has no Safari in its name, but neither has an app on the home screen.
  return MARKS.test(agent) || /; wv\)/.test(agent);
}

/** Whether it is an iPhone or iPad; newer iPads say that they are a Mac, and have fingers on them. */
export function isApple(agent: string, touches: number): boolean {
  return /iPhone|iPad|iPod/.test(agent) || (agent.includes("Macintosh") && touches > 1);
}
