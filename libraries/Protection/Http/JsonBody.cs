using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>
/// A JSON object from a request, read field by field. Reads collect errors instead of stopping at the first, so that
/// <see cref="ThrowIfInvalid"/> can report all of them at once, with up to twenty unknown members. A known member
/// that is null counts as missing: generated clients send null for values that they were not given.
/// </summary>
internal sealed class JsonBody
{
    // A small body can hold thousands of names, and the answer to it would be many times as large.
    private const int MaxUnknownNamed = 20;

    private readonly string _prefix;
    private readonly Dictionary<string, JsonElement> _unread;
    private readonly SortedDictionary<string, List<string>> _errors;
    private readonly List<JsonBody> _members = [];

    private JsonBody(JsonElement root)
        : this(root, "", new(StringComparer.Ordinal))
    {
    }

    private JsonBody(JsonElement root, string prefix, SortedDictionary<string, List<string>> errors)
    {
        _prefix = prefix;
        _errors = errors;
        _unread = root.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value, StringComparer.Ordinal);
    }

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ProblemException">Another type (415), too large (413), not a JSON object (400, with line and position).</exception>
    public static async Task<JsonBody> ReadAsync(HttpRequestData request)
    {
        var bytes = await RequestBody.ReadAsync(request, MediaType.Json);
        if (bytes.Length == 0)
        {
            throw new ProblemException(ProblemType.MalformedRequest, "The body is empty. Send a JSON object.");
        }

        // RFC 8259 §8.1: a parser may ignore a byte order mark, which some clients write.
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
        using var document = StrictJson.ParseObject(text, out var fault);
        return document is not null
            ? new JsonBody(document.RootElement.Clone())
            : throw new ProblemException(ProblemType.MalformedRequest, Describe(fault!));
    }

    /// <summary>Reads the body of a request, JSON or a form: its fields are strings then.</summary>
    /// <exception cref="ProblemException">As <see cref="ReadAsync"/>.</exception>
    public static async Task<JsonBody> ReadJsonOrFormAsync(HttpRequestData request)
    {
        if (!ContentType.TryRead(request.FindHeader("Content-Type"), out var mediaType, out _) || !mediaType.Equals(MediaType.Form, StringComparison.OrdinalIgnoreCase))
        {
            return await ReadAsync(request);
        }

        var form = await FormBody.ReadAsync(request);
        var body = new JsonBody(form.ToJson());
        foreach (var name in form.Repeated)
        {
            body.AddError(name, "Send this field once.");
        }

        return body;
    }

    /// <summary>Whether the member is there and has not been read yet.</summary>
    public bool Has(string name) => _unread.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Adds an error of a field.</summary>
    public void AddError(string name, string message)
    {
        if (!_errors.TryGetValue(_prefix + name, out var messages))
        {
            _errors.Add(_prefix + name, messages = []);
        }

        messages.Add(message);
    }

    /// <summary>Ends the request if there are errors or unread members.</summary>
    /// <exception cref="ProblemException">400, with every field that was wrong.</exception>
    public void ThrowIfInvalid()
    {
        foreach (var (body, name) in FindUnread().Take(MaxUnknownNamed))
        {
            body.AddError(name, "This field is unknown. Remove it.");
        }

        if (_errors.Count > 0)
        {
            throw new ProblemException(new Problem(ProblemType.InvalidRequest, "Some fields are missing or invalid; see errors.")
            {
                Errors = _errors.ToDictionary(static entry => entry.Key, static entry => entry.Value.ToArray(), StringComparer.Ordinal),
            });
        }
    }

    private IEnumerable<(JsonBody Body, string Name)> FindUnread() =>
        _unread.Keys.Select(name => (this, name)).Concat(_members.SelectMany(static member => member.FindUnread()));

    // The parser's own message may quote the body, and a body may hold a password. So this one names the position only.
    private static string Describe(JsonFault fault) => fault switch
    {
        { Kind: JsonFaultKind.NotAnObject } => "The body must be a JSON object.",
        { Kind: JsonFaultKind.UnreadableName } => "A member name holds half of a surrogate pair, or bytes that are not UTF-8.",
        { Line: { } line, Position: { } position } => string.Create(CultureInfo.InvariantCulture, $"The body is not valid JSON: line {line + 1}, position {position + 1}."),
        _ => "The body is not valid JSON: it holds a member twice, or its nesting is too deep.",
    };

    /// <summary>Reads a member that is an object field by field. Its fields are named after it in errors, such as <c>federated.issuer</c>.</summary>
    /// <returns>Null when it is missing, or was refused.</returns>
    public JsonBody? OptionalObject(string name)
    {
        if (!TryTake(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            AddError(name, "This field must be an object.");
            return null;
        }

        var member = new JsonBody(value, $"{_prefix}{name}.", _errors);
        _members.Add(member);
        return member;
    }

    /// <summary>Removes a member from the unread ones.</summary>
    /// <returns>Whether the member was there and not null.</returns>
    public bool TryTake(string name, out JsonElement value) => _unread.Remove(name, out value) && value.ValueKind != JsonValueKind.Null;
}
