namespace Gatehouse.OpenApi;

/// <summary>
/// Describes a function in openapi.json. The words are those of the method's comment: <c>summary</c>, <c>remarks</c> for the
/// description, <c>param</c> for a parameter of the path, <c>example</c> for the body of a request or, with a status, of an answer.
/// </summary>
/// <param name="tag">The group to which the operation belongs.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OperationAttribute(string tag) : Attribute
{
    /// <summary>The group to which the operation belongs.</summary>
    public string Tag { get; } = tag;

    /// <summary>The operation's id. Defaults to the function's name.</summary>
    public string? Id { get; init; }

    /// <summary>Whether an anonymous function reads a DPoP proof (RFC 9449 §5). A protected one always does.</summary>
    public bool ReadsProof { get; init; }
}

/// <summary>An answer without a body, or with a text.</summary>
/// <param name="status">The status.</param>
/// <param name="description">The meaning.</param>
/// <param name="headers">
/// Names of headers below <c>components</c>, such as <c>ETag</c>; <c>Link: NextPage</c> where the header and its description
/// have different names. <c>Cache-Control: NoStore</c> is the default.
/// </param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public class AnswerAttribute(int status, string description, params string[] headers) : Attribute
{
    /// <summary>The status.</summary>
    public int Status { get; } = status;

    /// <summary>The meaning.</summary>
    public string Description { get; } = description;

    /// <summary>The headers.</summary>
    public IReadOnlyList<string> Headers { get; } = headers;

    /// <summary>The media type of the body. Null for no body.</summary>
    public string? MediaType { get; init; }

    /// <summary>The type of the JSON that the body holds. Null for a text.</summary>
    public Type? Document { get; private protected init; }
}

/// <summary>An answer whose body is JSON.</summary>
/// <typeparam name="T">The type that is written.</typeparam>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswerAttribute<T> : AnswerAttribute
{
    /// <inheritdoc cref="AnswerAttribute(int, string, string[])"/>
    public AnswerAttribute(int status, string description, params string[] headers)
        : base(status, description, headers)
    {
        MediaType = "application/json";
        Document = typeof(T);
    }
}

/// <summary>A failure beyond those that follow from the access rule, the parameters and the body.</summary>
/// <param name="status">The status.</param>
/// <param name="answer">Its name among the <c>answers</c> of the parts, or of the defaults, such as <c>Conflict</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class FailureAttribute(int status, string answer) : Attribute
{
    /// <summary>The status.</summary>
    public int Status { get; } = status;

    /// <summary>The name of the answer.</summary>
    public string Answer { get; } = answer;
}

/// <summary>What a request carries.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RequestAttribute : Attribute
{
    private protected RequestAttribute(Type document) => Document = document;

    /// <summary>The type whose properties are the fields, with their bounds as validation attributes.</summary>
    public Type Document { get; }
}

/// <summary>The body of a request. An OAuth endpoint reads a form, every other function JSON.</summary>
/// <typeparam name="T">The type whose properties are the fields.</typeparam>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BodyAttribute<T>() : RequestAttribute(typeof(T)), IBody
{
    /// <inheritdoc/>
    public bool TakesForms { get; init; }
}

/// <summary>The body of a request, whatever its type.</summary>
internal interface IBody
{
    /// <summary>Whether the function reads the fields from a form too.</summary>
    bool TakesForms { get; }
}

/// <summary>The parameters of the query.</summary>
/// <typeparam name="T">The type whose properties are the parameters.</typeparam>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QueryAttribute<T>() : RequestAttribute(typeof(T));

/// <summary>The function changes the version of a resource that <c>If-Match</c> names (RFC 9110 §13.1.1).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresMatchAttribute : Attribute;
