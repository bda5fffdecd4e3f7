using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

public sealed class TemplateSnapshotTests
{
    [Fact]
    public async Task CompiledTemplate_IsAsReviewed()
    {
        // Nothing here can be deployed, so a reviewer must see each property that a change sets, in the template and in this list.
        var text = new StringBuilder();
        foreach (var resource in (await Template.GetAsync()).Resources.Where(static resource => resource.Json["existing"]?.GetValue<bool>() != true))
        {
            text.Append(resource.Module.Length == 0 ? "main" : resource.Module).Append(": ").Append(resource.Type).Append('@').Append(resource.Json["apiVersion"]).Append('\n');
            foreach (var (name, value) in resource.Json.Where(static property => property.Key is not ("type" or "apiVersion" or "dependsOn" or "tags" or "location")))
            {
                Append(text, name, value);
            }

            text.Append('\n');
        }

        RepositoryFolder.AssertHolds("tests/Infra/template.txt", text.ToString().TrimEnd() + "\n");
    }

    // One line for each value. A nested template has its own resources in the list, and a workbook its own file.
    private static void Append(StringBuilder text, string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields when fields.Count > 0:
                foreach (var (name, inner) in fields.Where(static field => field.Key is not ("template" or "serializedData" or "expressionEvaluationOptions")))
                {
                    Append(text, $"{path}.{name}", inner);
                }

                break;

            case JsonArray items when items.Any(static item => item is JsonObject):
                for (var i = 0; i < items.Count; i++)
                {
                    Append(text, $"{path}[{i}]", items[i]);
                }

                break;

            default:
                text.Append("  ").Append(path).Append(": ").Append(value?.ToJsonString(Template.Plain) ?? "null").Append('\n');
                break;
        }
    }
}
