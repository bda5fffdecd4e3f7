using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gatehouse.OpenApi;

/// <summary>The documentation comments of assemblies, which the compiler writes beside them.</summary>
internal sealed partial class Comments
{
    private readonly Dictionary<string, XElement> _members;

    /// <exception cref="FileNotFoundException">A file of comments is missing.</exception>
    public Comments(IEnumerable<Assembly> assemblies) => _members = assemblies
        .Select(static assembly => Path.ChangeExtension(assembly.Location, ".xml"))
        .SelectMany(static file => File.Exists(file)
            ? XDocument.Load(file).Descendants("member")
            : throw new FileNotFoundException($"{file} is missing, and it holds the words of the description. Set GenerateDocumentationFile to true in the project.", file))
        .DistinctBy(static member => (string)member.Attribute("name")!) // Generated code has the same types in each assembly.
        .ToDictionary(static member => (string)member.Attribute("name")!);

    public string? FindSummary(MethodInfo method) => TextOf(Find(method)?.Element("summary"))?.TrimEnd('.');

    public string? FindRemarks(MethodInfo method) => TextOf(Find(method)?.Element("remarks"));

    /// <summary>The description of a parameter and its example, as ASP.NET Core reads them.</summary>
    public (string? Text, string? Example) FindParameter(MethodInfo method, string name)
    {
        var parameter = Find(method)?.Elements("param").FirstOrDefault(parameter => (string?)parameter.Attribute("name") == name);
        return (TextOf(parameter), (string?)parameter?.Attribute("example"));
    }

    public string? FindSummary(Type type) => TextOf(_members.GetValueOrDefault($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>The comment of a property; of a record's positional one, the comment of the parameter.</summary>
    public string? FindSummary(PropertyInfo property) =>
        TextOf(_members.GetValueOrDefault($"P:{NameOf(property.DeclaringType!)}.{property.Name}")?.Element("summary"))
        ?? TextOf(_members.GetValueOrDefault($"T:{NameOf(property.DeclaringType!)}")?.Elements("param").FirstOrDefault(parameter => (string?)parameter.Attribute("name") == property.Name));

    /// <summary>The examples of a body: those of the method for that status, else those of the type.</summary>
    /// <param name="media">The media type that gets the examples.</param>
    /// <param name="method">The function.</param>
    /// <param name="status">The answer's status; null for the request.</param>
    /// <param name="document">The type of the body.</param>
    public void AddExamples(JsonObject media, MethodInfo method, int? status, Type document)
    {
        var own = Find(method)?.Elements("example").Where(example => (int?)example.Attribute("status") == status).ToList();
        var examples = own is { Count: > 0 } ? own : [.. _members.GetValueOrDefault($"T:{NameOf(document)}")?.Elements("example") ?? []];
        if (examples is [var only] && only.Attribute("name") is null)
        {
            media["example"] = JsonNode.Parse(only.Value);
        }
        else if (examples.Count > 0)
        {
            media["examples"] = new JsonObject(examples.Select(static example => KeyValuePair.Create<string, JsonNode?>(
                (string)example.Attribute("name")!,
                new JsonObject { ["summary"] = (string?)example.Attribute("summary"), ["value"] = JsonNode.Parse(example.Value) })));
        }
    }

    // The compiler writes the types of the parameters behind the name. No function is overloaded.
    private XElement? Find(MethodInfo method)
    {
        var name = $"M:{NameOf(method.DeclaringType!)}.{method.Name}";
        return _members.GetValueOrDefault(name) ?? _members.FirstOrDefault(member => member.Key.StartsWith($"{name}(", StringComparison.Ordinal)).Value;
    }

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string? TextOf(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = string.Concat(element.Nodes().Select(static node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" or "paramref" } link => $"`{((string?)link.Attribute("cref") ?? (string?)link.Attribute("name"))?.Split('.', ':')[^1]}`",
            XElement other => other.Value,
            _ => node is XText words ? words.Value : "",
        }));
        return WhiteSpace().Replace(text, " ").Trim() is { Length: > 0 } trimmed ? trimmed : null;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
