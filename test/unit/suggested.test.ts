import { suggested } from "../../cli/suggested";

test("a suggested command is about the stack and folder that were asked about", () => {
  const text = "to learn why: pulumi-skaha why a; pulumi-skaha up --until-done goes on";
  expect(suggested(text, {})).toBe(text);
  expect(suggested(text, { stack: "prod", cwd: "my survey" })).toBe(
    "to learn why: pulumi-skaha why --stack prod -C 'my survey' a; pulumi-skaha up --stack prod -C 'my survey' --until-done goes on",
  );
  expect(suggested("pulumi-skaha doctor; pulumi-skaha upwards", { stack: "prod" })).toBe(
    "pulumi-skaha doctor; pulumi-skaha upwards",
  );
});
