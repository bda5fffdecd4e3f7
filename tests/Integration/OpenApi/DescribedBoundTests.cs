using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Access;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>What the document says of bodies and queries holds: each bound that it gives is broken in turn, and the answer names the field.</summary>
public sealed class DescribedBoundTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private static readonly ApiDescription Api = ApiDescription.Embedded;

    /// <summary>Operation, field, a value that the document does not allow (null: the field is left out).</summary>
    public static TheoryData<string, string, string?> BrokenBodies()
    {
        var cases = new TheoryData<string, string, string?>();
        foreach (var operation in Api.Operations)
        {
            if (operation.FindBodySchema("application/json") is not { } reference)
            {
                continue;
            }

            var schema = Api.Resolve(reference);
            cases.Add(operation.Id, "unheardOf", "1");
            foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(static name => name.GetString()!) : [])
            {
                cases.Add(operation.Id, name, null);
            }

            foreach (var field in schema.GetProperty("properties").EnumerateObject())
            {
                // Of the two names for the same thing the example gives the first.
                foreach (var value in field.Name == "email" ? [] : Break(field.Value))
                {
                    cases.Add(operation.Id, field.Name, value);
                }
            }
        }

        return cases;
    }

    public static TheoryData<string, string> BrokenQueries()
    {
        var cases = new TheoryData<string, string>();
        foreach (var parameter in Api.Operations.Single(static operation => operation.Id == "ListProducts").Parameters.Where(static parameter => parameter.GetProperty("in").GetString() == "query"))
        {
            // Any query is a text: of the wrong type it can be only where it stands for a number.
            var schema = parameter.GetProperty("schema");
            foreach (var value in Break(schema).Where(value => !(value == "1" && schema.GetProperty("type").GetString() == "string")))
            {
                cases.Add(parameter.GetProperty("name").GetString()!, JsonElement.Parse(value).ToString());
            }
        }

        cases.Add("unheardOf", "1");
        return cases;
    }

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task Body_ThatBreaksABound_Is400_AndNamesTheField(string id, string field, string? value)
    {
        var operation = Api.Operations.Single(operation => operation.Id == id);
        var body = JsonNode.Parse(operation.ReadBodyExample()!.Value.Body.GetRawText())!.AsObject();
        body.Remove(field);
        if (value is not null)
        {
            body.Add(field, JsonNode.Parse(value));
        }

        // Only a person with a session has an account to change, and no forger can make a session.
        var person = $"person-{Guid.NewGuid():N}";
        await Host.AddUserAsync(person, "viewer");
        var token = operation.Path.StartsWith("/me/", StringComparison.Ordinal) ? (await Host.SignInAsync(person)).AccessToken : await ForgeTokenAsync();
        var path = operation.Path.Replace("{id}", Guid.Empty.ToString("N"), StringComparison.Ordinal).Replace("{username}", person, StringComparison.Ordinal).Replace("{clientId}", "nobody", StringComparison.Ordinal);
        using var response = await Host.SendAsync(new HttpMethod(operation.Method), path, token, JsonContent.Create(body));

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([field], HttpResponseMessageExtensions.FieldsOf(problem));
    }

    [Theory]
    [MemberData(nameof(BrokenQueries))]
    public async Task Query_ThatBreaksABound_Is400_AndNamesTheParameter(string name, string value)
    {
        using var response = await Host.GetAsync($"/api/products?{name}={Uri.EscapeDataString(value)}", await ForgeTokenAsync());

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([name], HttpResponseMessageExtensions.FieldsOf(problem));
    }

    private async Task<string> ForgeTokenAsync() => (await TokenForge.CreateAsync(Host)).WithClaim("scope", string.Join(' ', Scopes.All));

    /// <summary>JSON values that a schema does not allow, one for each of its keywords.</summary>
    private static IEnumerable<string> Break(JsonElement schema) => schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
    {
        "type" => new[] { keyword.Value.ToString().Contains("string", StringComparison.Ordinal) ? "1" : "\"a\"" },
        "minLength" => keyword.Value.GetInt32() == 1 ? ["\"\""] : [$"\"{"kl 7x!uq9Zw#".PadRight(200, 'e')[..(keyword.Value.GetInt32() - 1)]}\""],
        "maxLength" => [$"\"{"kl 7x!uq9Zw#".PadRight(keyword.Value.GetInt32() + 1, 'e')}\""],
        "minimum" => [$"{keyword.Value.GetDecimal() - 1}"],
        "maximum" => [$"{keyword.Value.GetDecimal() + 1}"],
        "maxItems" => [$"[{string.Join(',', Enumerable.Range(0, keyword.Value.GetInt32() + 1).Select(static number => $"\"role{number}\""))}]"],
        "pattern" => ["\"?\""],
        "enum" => ["true"],
        // Of an object, whose own fields have tests of their own.
        "$ref" => ["\"a\""],
        "description" or "format" or "default" or "items" => [],
        _ => throw new NotSupportedException($"Say here how to break {keyword.Name}."),
    });
}
