using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>
/// The form of a request to an OAuth endpoint (RFC 6749 appendix B). Names are case-sensitive; unknown ones are
/// ignored, even if they are repeated (§3.2).
/// </summary>
internal sealed class FormBody
{
    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    private FormBody()
    {
    }

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ProblemException">Another type (415), too large (413).</exception>
    public static async Task<FormBody> ReadAsync(HttpRequestData request)
    {
        var bytes = await RequestBody.ReadAsync(request, MediaType.Form);
        var form = new FormBody();
        foreach (var field in Encoding.UTF8.GetString(bytes).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = field.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = end < 0 ? (field, "") : (field[..end], field[(end + 1)..]);
            name = WebUtility.UrlDecode(name);
            if (!form._fields.TryGetValue(name, out var values))
            {
                form._fields.Add(name, values = []);
            }

            values.Add(WebUtility.UrlDecode(value));
        }

        return form;
    }

    /// <summary>The names of parameters that were sent more than once.</summary>
    public IEnumerable<string> Repeated => _fields.Where(static values => values.Value.Count > 1).Select(static values => values.Key);

    /// <summary>All parameters as the members of an object.</summary>
    public JsonElement ToJson() =>
        JsonElement.Parse(new JsonObject(_fields.Select(static field => KeyValuePair.Create(field.Key, (JsonNode?)JsonValue.Create(field.Value[0])))).ToJsonString());

    /// <summary>The value of a parameter; null when it is missing or empty (RFC 6749 §3.2: the two are the same).</summary>
    /// <exception cref="ProblemException">It comes more than once.</exception>
    public string? Find(string name)
    {
        if (!_fields.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values.Count > 1)
        {
            // RFC 6749 §3.2: request parameters must not be included more than once. Extensions may repeat theirs, such as
            // resource (RFC 8707 §2), so only a parameter that is read must be single.
            throw new ProblemException(OAuthError.InvalidRequest, $"The parameter {name} was sent more than once.");
        }

        return values[0] is { Length: > 0 } value ? value : null;
    }

    /// <summary>The values of a parameter that may come more than once, without empty ones.</summary>
    public IEnumerable<string> FindAll(string name) => _fields.GetValueOrDefault(name)?.Where(static value => value.Length > 0) ?? [];

    /// <summary>The value of a parameter that must be there.</summary>
    /// <exception cref="ProblemException">It is missing or empty, or comes more than once.</exception>
    public string Require(string name) =>
        Find(name) ?? throw new ProblemException(OAuthError.InvalidRequest, $"The parameter {name} is missing.");
}
