using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>
/// The form of a request to an OAuth endpoint (RFC 6749 appendix B). Names are case-sensitive; unknown ones are
/// ignored (§3.2).
/// </summary>
internal sealed class FormBody
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private FormBody()
    {
    }

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ProblemException">Another type (415), too large (413).</exception>
    /// <exception cref="ProblemException">A parameter comes more than once.</exception>
    public static async Task<FormBody> ReadAsync(HttpRequestData request)
    {
        var bytes = await RequestBody.ReadAsync(request, MediaType.Form);
        var form = new FormBody();
        foreach (var field in Encoding.UTF8.GetString(bytes).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = field.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = end < 0 ? (field, "") : (field[..end], field[(end + 1)..]);
            if (!form._fields.TryAdd(WebUtility.UrlDecode(name), WebUtility.UrlDecode(value)))
            {
                // RFC 6749 §3.2: request parameters must not be included more than once.
                throw new ProblemException(OAuthError.InvalidRequest, "A parameter was sent more than once.");
            }
        }

        return form;
    }

    /// <summary>The value of a parameter; null when it is missing or empty (RFC 6749 §3.2: the two are the same).</summary>
    public string? Find(string name) => _fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The value of a parameter that must be there.</summary>
    /// <exception cref="ProblemException">It is missing or empty.</exception>
    public string Require(string name) =>
        Find(name) ?? throw new ProblemException(OAuthError.InvalidRequest, $"The parameter {name} is missing.");
}
