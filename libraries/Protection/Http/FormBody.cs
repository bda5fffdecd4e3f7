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
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);

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
            if (!form._fields.TryAdd(name, WebUtility.UrlDecode(value)))
            {
                form._repeated.Add(name);
            }
        }

        return form;
    }

    /// <summary>The names of parameters that were sent more than once.</summary>
    public IReadOnlyCollection<string> Repeated => _repeated;

    /// <summary>All parameters as the members of an object.</summary>
    public JsonElement ToJson() =>
        JsonElement.Parse(new JsonObject(_fields.Select(static field => KeyValuePair.Create(field.Key, (JsonNode?)JsonValue.Create(field.Value)))).ToJsonString());

    /// <summary>The value of a parameter; null when it is missing or empty (RFC 6749 §3.2: the two are the same).</summary>
    /// <exception cref="ProblemException">It comes more than once.</exception>
    public string? Find(string name)
    {
        if (_repeated.Contains(name))
        {
            // RFC 6749 §3.2: request parameters must not be included more than once. Extensions may repeat theirs, such as
            // resource (RFC 8707 §2), so only a parameter that is read must be single.
            throw new ProblemException(OAuthError.InvalidRequest, $"The parameter {name} was sent more than once.");
        }

        return _fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>The value of a parameter that must be there.</summary>
    /// <exception cref="ProblemException">It is missing or empty, or comes more than once.</exception>
    public string Require(string name) =>
        Find(name) ?? throw new ProblemException(OAuthError.InvalidRequest, $"The parameter {name} is missing.");
}
