using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Keys;
using Gatehouse.Protection.Http;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>The schemas of answers are the types that are written, member by member: name, type, and whether it is always there.</summary>
public sealed class DocumentTypeTests
{
    // For secrets and the storage.
    private static readonly HashSet<Type> Unpublished = [typeof(BootstrapSecret), typeof(SecretBundle), typeof(SignInHistory), typeof(NetworkSignIns)];

    private static readonly Dictionary<string, JsonTypeInfo> Written = FindWritten();

    public static TheoryData<string> Names() => [.. Written.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_HasTheMembersOfTheType(string name)
    {
        var schema = ApiDescription.Embedded.Root.GetProperty("components").GetProperty("schemas").GetProperty(name);
        var required = schema.GetProperty("required").EnumerateArray().Select(static member => member.GetString()).ToHashSet();

        var described = schema.GetProperty("properties").EnumerateObject()
            .Select(member => $"{member.Name}: {Describe(member.Value)}{(required.Contains(member.Name) ? "" : ", may be missing")}");
        Assert.Equal(Written[name].Properties.Select(Describe).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.Equal(JsonValueKind.False, schema.GetProperty("additionalProperties").ValueKind);
    }

    private static Assembly[] Assemblies => [typeof(GatehouseBuilderExtensions).Assembly, typeof(ProblemDocument).Assembly];

    private static Dictionary<string, JsonTypeInfo> FindWritten()
    {
        var contexts = Assemblies.SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .Select(static type => (JsonSerializerContext)type.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);
        return contexts
            .SelectMany(static context => context.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.PropertyType.IsAssignableTo(typeof(JsonTypeInfo)))
                .Select(property => (JsonTypeInfo)property.GetValue(context)!))
            .Where(static type => Assemblies.Contains(type.Type.Assembly) && !Unpublished.Contains(type.Type) && !IsPartOfUnpublished(type.Type))
            .ToDictionary(static type => NameOf(type.Type));
    }

    private static bool IsPartOfUnpublished(Type type) => Unpublished.Any(owner => owner.GetProperties().Any(property => property.PropertyType == type));

    private static string NameOf(Type type) => type.Name.EndsWith("Document", StringComparison.Ordinal) ? type.Name[..^"Document".Length] : type.Name;

    // A member without a value is left out, so what can be null may be missing.
    private static string Describe(JsonPropertyInfo property) => $"{property.Name}: {Describe(property.PropertyType)}{(property.IsGetNullable ? ", may be missing" : "")}";

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
        {
            var item = type.GetGenericArguments()[^1];
            return type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? $"object of {Describe(item)}" : $"array of {Describe(item)}";
        }

        return type switch
        {
            _ when type.IsArray => $"array of {Describe(type.GetElementType()!)}",
            _ when type == typeof(string) => "string",
            _ when type == typeof(bool) => "boolean",
            _ when type == typeof(int) => "integer int32",
            _ when type == typeof(long) => "integer int64",
            _ when type == typeof(decimal) => "number",
            _ when type == typeof(DateTimeOffset) => "string date-time",
            _ => $"#/components/schemas/{NameOf(type)}",
        };
    }

    private static string Describe(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return reference.GetString()!;
        }

        var type = schema.GetProperty("type").GetString()!;
        return type switch
        {
            "array" => $"array of {Describe(schema.GetProperty("items"))}",
            "object" => $"object of {Describe(schema.GetProperty("additionalProperties"))}",

            // "uri" narrows a text; the others are types of their own.
            _ when schema.TryGetProperty("format", out var format) && format.GetString() is not "uri" => $"{type} {format}",
            _ => type,
        };
    }
}
