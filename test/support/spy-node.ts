import type { GafferNode, ProcessStream, Unsubscribe } from '../../src/job/node.ts';
import { nodeWith } from './node-with.ts';

/** Counts who listens to a node, to whatever it tells. */
export class SpyNode {
  /** Those who listen at present. */
  listeners = 0;
  /** Those who ever did. */
  started = 0;

  /** The node, spied on. */
  around(node: GafferNode): GafferNode {
    return nodeWith(node, {
      onEvent: (listener) => this.#counted(node.onEvent(listener)),
      followLog: async (...args) => {
        const { from, end } = await node.followLog(...args);
        return { from, end: this.#counted(end) };
      },
      followStats: async (...args) => this.#counted(await node.followStats(...args)),
      followEvents: async (...args) => {
        const { from, end } = await node.followEvents(...args);
        return { from, end: this.#counted(end) };
      },
      stream: async (...args) => this.#spied(await node.stream(...args)),
    });
  }

  #spied(stream: ProcessStream): ProcessStream {
    return {
      get offset() {
        return stream.offset;
      },
      onData: (listener) => this.#counted(stream.onData(listener)),
      onEnd: (listener) => this.#counted(stream.onEnd(listener)),
      hold: () => this.#counted(stream.hold()),
      write: (data) => stream.write(data),
      end: () => stream.end(),
    };
  }

  #counted(end: Unsubscribe): Unsubscribe {
    this.listeners += 1;
    this.started += 1;
    let isOver = false;
    return () => {
      this.listeners -= isOver ? 0 : 1;
      isOver = true;
      end();
    };
  }
}
