import { expect, it } from "vitest";
import { describeAgent } from "./agent";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge", "Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1", "Safari", "iOS"],
  ["curl/7.88.1", "curl", undefined],
  ["", undefined, undefined],
])("%s", (agent, browser, system) => expect(describeAgent(agent)).toEqual({ browser, system }));
