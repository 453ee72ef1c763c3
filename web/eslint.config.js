import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.ts"] },
  ...tseslint.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    rules: {
      "max-lines": ["error", 400],
      // `?.` and `??` count, too
      complexity: ["error", 18],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-invalid-void-type": "off",
      // tanstack's virtualizer cannot be memoised by the compiler, which we do not use
      "react-hooks/incompatible-library": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "Literal[value=/^#([0-9a-f]{3}|[0-9a-f]{6})$/i]",
          message: "Colours are tokens of src/ui/tokens.css.",
        },
      ],
    },
  },
);
