/** The few names of WebAssembly that scripts/schema-engine.mjs uses: Node has them, TypeScript lists them under the browser's only. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: NodeJS.ArrayBufferView);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, object>);
    readonly exports: Record<string, () => void>;
  }
}
